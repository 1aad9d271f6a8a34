import type { RunChoice, Situation } from './fetch-choice.ts'
import { RESCUE_GAIN_MS, worthMs } from './fetch-gain.ts'
import type { FetchRun } from './fetch-run.ts'
import type { FetchSource } from './fetch-source.ts'
import type { WindowChunk } from './fetch-window.ts'

/** Of how many sources a chunk is asked at a time. */
const ASKED_MAX = 3
export type RareOptions = Readonly<{
  /** Where to look first among chunks that are equally rare. */
  pivot: number
  /** How many that follow each other are asked for with one request. */
  countMax: number
}>

/** What fewest peers have, of that which nobody was asked for. */
export function chooseRare(
  { source, wanted, isReserved, nowMs }: Situation,
  { pivot, countMax }: RareOptions,
): RunChoice | undefined {
  const isChoice = (chunk: WindowChunk): boolean => {
    if (wanted.endFrom(chunk.index) === chunk.index) return false
    // It would be read only to be kept again.
    if (source.traits.isLocal === true && wanted.isFar(chunk.index)) return false
    return source.mayHave(chunk.index, nowMs) && !isReserved(chunk.index)
  }
  const best = rarest(wanted.open, pivot, isChoice)
  if (best === undefined) return undefined
  let end = best.index + 1
  const endMax = Math.min(best.index + countMax, wanted.endFrom(best.index))
  while (end < endMax) {
    const chunk = wanted.get(end)
    if (chunk === undefined || chunk.openPlace < 0) break
    if (chunk.holderCount > best.holderCount || !isChoice(chunk)) break
    end += 1
  }
  return { first: best.index, end }
}

/**
 * A chunk that is late elsewhere, or that this source will bring much sooner than who was asked for it: the one
 * that would come last.
 */
export function chooseRescue({ source, runs, wanted, nowMs }: Situation): RunChoice | undefined {
  const leastMs = worthMs(source)
  let worst: { index: number; leftMs: number } | undefined
  for (const run of runs.values()) {
    if (run.source === source || run.source.traits.isLocal === true) continue
    // The rest of a range is taken over, and not asked for twice.
    if (run.source.traits.hasSlots !== true && !run.isLate(nowMs)) continue
    for (let index = run.next; index < run.end; index += 1) {
      const chunk = wanted.get(index)
      if (chunk === undefined || !isRescued(chunk, source, nowMs)) continue
      const leftMs = soonestMs(chunk.runs, nowMs)
      if (leftMs < leastMs || leftMs <= (worst?.leftMs ?? 0)) continue
      worst = { index, leftMs }
    }
  }
  return worst === undefined ? undefined : { first: worst.index, end: worst.index + 1 }
}

/**
 * Whether a slow source should not get one of the last chunks: the others are through with all of them long before
 * it is with one.
 */
export function isTooSlow(
  source: FetchSource,
  unaskedCount: number,
  othersPerMsOf: () => number,
): boolean {
  if (source.bytesPerMs === undefined || source.rate.chunkMs <= 2 * RESCUE_GAIN_MS) return false
  const othersPerMs = othersPerMsOf()
  if (othersPerMs === 0) return false
  const othersMs = (unaskedCount * source.rate.chunkMs * source.bytesPerMs) / othersPerMs
  return source.rate.chunkMs > 2 * othersMs + 2 * RESCUE_GAIN_MS
}

function isRescued(chunk: WindowChunk, source: FetchSource, nowMs: number): boolean {
  if (chunk.isFetched || chunk.runs.length >= ASKED_MAX) return false
  return source.mayHave(chunk.index, nowMs) && chunk.runs.every((run) => run.source !== source)
}

/** When the first of them will have brought it. A late one may never. */
function soonestMs(runs: readonly FetchRun[], nowMs: number): number {
  let soonest = Infinity
  for (const run of runs) {
    if (!run.isLate(nowMs)) soonest = Math.min(soonest, run.leftMs(nowMs) ?? 0)
  }
  return soonest
}

function rarest(
  open: readonly WindowChunk[],
  pivot: number,
  isChoice: (chunk: WindowChunk) => boolean,
): WindowChunk | undefined {
  let best: WindowChunk | undefined
  for (const chunk of open) {
    const isBetter =
      best === undefined ||
      chunk.holderCount < best.holderCount ||
      (chunk.holderCount === best.holderCount && isNearer(chunk, best, pivot))
    if (isBetter && isChoice(chunk)) best = chunk
  }
  return best
}

/** The first from the pivot on, going round at the end. */
function isNearer(a: WindowChunk, b: WindowChunk, pivot: number): boolean {
  const isAhead = a.index >= pivot
  return isAhead === b.index >= pivot ? a.index < b.index : isAhead
}

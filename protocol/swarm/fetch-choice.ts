import { worthMs } from './fetch-gain.ts'
import type { FetchRun, RunId } from './fetch-run.ts'
import type { FetchSource } from './fetch-source.ts'
import type { FetchWindow } from './fetch-window.ts'

/** The next request to a source. */
export type RunChoice = Readonly<{
  first: number
  end: number
  /** The run whose rest is taken over. */
  victim?: FetchRun
}>

export type Situation = Readonly<{
  /** Whose turn it is; it is usable. */
  source: FetchSource
  runs: ReadonlyMap<RunId, FetchRun>
  wanted: FetchWindow
  /** Whether a source on this machine will bring it. */
  isReserved: (index: number) => boolean
  nowMs: number
}>

/** What is left of a run up to the last chunk that is not here. */
type Rest = Readonly<{ run: FetchRun; end: number; leftCount: number; leftMs: number }>

/** Chunks asked for twice when a source is late: so few that a wrong guess costs little. */
const HEDGE_CHUNKS = 4
/** Of how many sources a chunk is asked at a time, all but the last of them late. */
const ASKED_MAX = 3
/** Taking over must win at least so much: it costs a connection. */
const TAKEOVER_GAIN_MS = 200
/** Of a source whose rate nobody knows yet. */
const TAKEOVER_CHUNKS_FIRST = 8

/** Chunks that are late elsewhere, the earliest first. One request more than usual is allowed for them. */
export function chooseHedge({ source, runs, wanted, nowMs }: Situation): RunChoice | undefined {
  if (source.runs.size > source.traits.runsMax) return undefined
  const late = [...runs.values()]
    .filter((run) => run.isLate(nowMs))
    .toSorted((a, b) => a.next - b.next)
  // One that is late itself is no help: maybe it is the line here that is down.
  if (late.some((run) => run.source === source)) return undefined
  for (const run of late) {
    // What came from elsewhere meanwhile is not late any more.
    const first = endOfRun(run.next, run.end, (index) => wanted.get(index)?.isFetched !== false)
    const count = Math.min(source.flightChunks(HEDGE_CHUNKS), source.traits.runChunksMax)
    const end = endOfRun(first, Math.min(run.end, first + count), (index) => {
      const chunk = wanted.get(index)
      if (chunk?.isFetched !== false || !source.mayHave(index, nowMs)) return false
      return chunk.runs.length < ASKED_MAX && chunk.runs.every((asked) => asked.isLate(nowMs))
    })
    if (end > first) return { first, end }
  }
  return undefined
}

/** Chunks that nobody was asked for: the first ones, or the last for a source that has yet to prove itself. */
export function chooseNext(
  { source, runs, wanted, isReserved, nowMs }: Situation,
  flightChunks: number,
): RunChoice | undefined {
  if (!source.isFree(flightChunks)) return undefined
  const chunks = Math.min(flightChunks, source.traits.runChunksMax)
  const isOpen = (index: number): boolean => {
    const chunk = wanted.get(index)
    if (chunk === undefined || chunk.isFetched || chunk.runs.length > 0) return false
    return !wanted.isFar(index) && source.mayHave(index, nowMs) && !isReserved(index)
  }
  if (source.isOnTrial) {
    const last = [...wanted].findLast(({ index }) => isOpen(index))?.index
    return last === undefined ? undefined : { first: last, end: last + 1 }
  }
  for (const { index } of wanted) {
    if (!isOpen(index)) continue
    const end = endOfRun(index, index + chunks, isOpen)
    // Not a chunk at a time at the edge of the window: it moves on as chunks are saved. Each request takes new
    // memory for its pipe from the browser, so while anything is on its way there is no half one.
    const isWorthIt = end - index >= (runs.size === 0 ? chunks / 2 : chunks)
    const isCrumb = !isWorthIt && wanted.endsBefore(end) && wanted.fetchedCount > 0
    return isCrumb ? undefined : { first: index, end }
  }
  return undefined
}

/** The first chunk that nobody was asked for, `aheadCount` further on, or as far as there is one. */
export function chooseFirst(situation: Situation, aheadCount: number): RunChoice | undefined {
  const { source, wanted, isReserved, nowMs } = situation
  let skipCount = aheadCount
  let choice: RunChoice | undefined
  for (const { index, openPlace } of wanted) {
    if (wanted.isFar(index)) break
    if (openPlace < 0) continue
    skipCount -= 1
    if (!source.mayHave(index, nowMs) || isReserved(index)) continue
    choice = { first: index, end: index + 1 }
    if (skipCount < 0) return choice
  }
  return choice
}

/**
 * The last chunks of the run that would take longest, as many as let both end at about the same time. So
 * nobody waits for a slow source at the end, nor where it holds up a full window.
 */
export function chooseTakeover(situation: Situation): RunChoice | undefined {
  const { source, runs } = situation
  if (source.runs.size > 0) return undefined
  const slowest = [...runs.values()]
    .filter((run) => run.source !== source && run.source.traits.isLocal !== true)
    .map((run) => restOf(run, situation))
    .toSorted((a, b) => b.leftMs - a.leftMs)
  for (const rest of slowest) {
    const count = takeableCount(situation, rest, takeoverCount(situation, rest))
    if (count > 0) return { first: rest.end - count, end: rest.end, victim: rest.run }
  }
  return undefined
}

/** Its last chunks may have come from elsewhere: what lies before them is waited for all the same. */
function restOf(run: FetchRun, { wanted, nowMs }: Situation): Rest {
  let { end } = run
  while (end > run.next && wanted.get(end - 1)?.isFetched !== false) end -= 1
  const leftCount = end - run.next
  const wholeMs = run.leftMs(nowMs) ?? 0
  return {
    run,
    end,
    leftCount,
    leftMs: leftCount === 0 ? 0 : (wholeMs * leftCount) / run.leftCount,
  }
}

/** How many of the last chunks to take over, so that the later of both ends as early as it can. */
function takeoverCount({ source }: Situation, { leftCount, leftMs }: Rest): number {
  if (leftCount === 0) return 0
  const slowMs = leftMs / leftCount
  const chunkMs = source.bytesPerMs === undefined ? slowMs : source.rate.chunkMs
  const most = source.bytesPerMs === undefined ? TAKEOVER_CHUNKS_FIRST : leftCount
  const countMax = Math.min(most, leftCount, source.traits.runChunksMax)
  const endMs = (count: number): number => {
    const ownMs = count === 0 ? 0 : source.rate.latencyMs + count * chunkMs
    return Math.max(ownMs, (leftCount - count) * slowMs)
  }
  const even = Math.max(0, Math.floor((leftMs - source.rate.latencyMs) / (slowMs + chunkMs)))
  const count = Math.min(countMax, endMs(even + 1) < endMs(even) ? even + 1 : even)
  // By one with slots a chunk at a time, as long as that much is left: in a crowd others want what it has.
  if (source.traits.hasSlots === true) return leftMs < worthMs(source) ? 0 : count
  return leftMs - endMs(count) < TAKEOVER_GAIN_MS ? 0 : count
}

/** How many of the last `count` chunks nobody else brings sooner, and this source may have. */
function takeableCount({ source, wanted, nowMs }: Situation, { end }: Rest, count: number): number {
  for (let taken = 0; taken < count; taken += 1) {
    const index = end - taken - 1
    const chunk = wanted.get(index)
    if (chunk?.isFetched !== false || chunk.runs.length >= ASKED_MAX) return taken
    if (!source.mayHave(index, nowMs)) return taken
    const ownMs = source.rate.latencyMs + count * source.rate.chunkMs
    const isSooner = chunk.runs.every((asked) => {
      return asked.isLate(nowMs) || (asked.leftMs(nowMs) ?? Infinity) > ownMs
    })
    if (!isSooner) return taken
  }
  return count
}

function endOfRun(first: number, endMax: number, fits: (index: number) => boolean): number {
  let end = first
  while (end < endMax && fits(end)) end += 1
  return end
}

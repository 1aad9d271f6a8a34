import type { FaultCode } from '../errors.ts'
import type { FetchRun } from './fetch-run.ts'
import type { FetchSource } from './fetch-source.ts'
import type { FetchWindow } from './fetch-window.ts'

/** Of what kind those are who are waited for. */
export type WaitedFor = 'seeds' | 'peers' | 'both'

/** Why nothing moves. Each is said to a person in words. */
export type FetchWait = Readonly<
  /** No source is known yet. */
  | { reason: 'no-source' }
  /** All rest after a failure, or have no room for us. */
  | { reason: 'unreachable'; who: WaitedFor; fault: FaultCode; nextMs: number }
  /** None can be asked, and a seed of them serves as many as it can: it has a place in a moment. */
  | { reason: 'busy' }
  /** All sent wrong bytes, and no other is known. */
  | { reason: 'dishonest'; who: WaitedFor }
  /** Sources answer, and none has the chunks that are needed. */
  | { reason: 'not-there'; who: WaitedFor }
  /** All that the sender published so far is here. */
  | { reason: 'unpublished' }
  /** Chunks are here and wait to be saved. */
  | { reason: 'saving' }
  /** Sources were asked and say nothing. */
  | { reason: 'silent'; who: WaitedFor }
>

export type FetchSituation = Readonly<{
  sources: readonly FetchSource[]
  runs: readonly FetchRun[]
  wanted: FetchWindow
  /** The sender published all chunks. */
  isPublished: boolean
  /** Somebody who is gone sent wrong bytes. */
  wasLiedTo: boolean
  nowMs: number
}>

export function waitOf(situation: FetchSituation): FetchWait | undefined {
  const { runs, wanted, isPublished, nowMs } = situation
  if (wanted.leftCount === 0) return undefined
  // One more try of a source that failed is no news before it answers.
  if (runs.some((run) => run.hasAnswered || !run.source.isInDoubt)) {
    if (!runs.every((run) => run.isLate(nowMs))) return undefined
    return { reason: 'silent', who: kindOf(runs.map(({ source }) => source)) }
  }
  if (wanted.size === 0) return isPublished ? undefined : { reason: 'unpublished' }
  // The next one is here: what little is missing behind it is asked for once the window has moved on. Where it is not,
  // later ones may be here and wait for it.
  const [next] = wanted
  if (next?.isFetched === true) return { reason: 'saving' }
  return waitForSource(situation)
}

/** What nobody was asked for yet nobody has. */
export function awaitsSender({ sources, wanted, nowMs }: FetchSituation): boolean {
  if (wanted.isFull) return false
  const honest = sources.filter(({ isBanned }) => !isBanned)
  return !wanted.open.some(({ index }) => honest.some((source) => source.mayHave(index, nowMs)))
}

function waitForSource({ sources, wasLiedTo, nowMs }: FetchSituation): FetchWait | undefined {
  // What is on this machine was looked at: it is others that are waited for.
  const others = sources.filter(({ traits }) => traits.isLocal !== true)
  const honest = others.filter(({ isBanned }) => !isBanned)
  if (honest.length === 0) {
    // Of banned ones that are gone only peers are forgotten.
    const isLie = wasLiedTo || others.length > 0
    return isLie ? { reason: 'dishonest', who: kindOf(others, wasLiedTo) } : { reason: 'no-source' }
  }
  const isWell = (source: FetchSource): boolean => source.isUsable(nowMs) && !source.isInDoubt
  const well = honest.filter(isWell)
  if (well.length > 0) return { reason: 'not-there', who: kindOf(well) }
  if (honest.some(isBusySeed)) return { reason: 'busy' }
  const next = honest.reduce((a, b) => (a.restsUntilMs < b.restsUntilMs ? a : b))
  return {
    reason: 'unreachable',
    who: kindOf(honest),
    fault: next.fault ?? 'SEED_UNREACHABLE',
    nextMs: next.restsUntilMs,
  }
}

/** One that speaks frames says so by the slot that it does not give. */
function isBusySeed({ traits, fault, isOpen }: FetchSource): boolean {
  if (traits.isPeer === true) return false
  const hasNoSlot = traits.hasSlots === true && !isOpen && fault === undefined
  return hasNoSlot || fault === 'TOO_MANY_REQUESTS'
}

function kindOf(sources: readonly FetchSource[], isPeerGone = false): WaitedFor {
  const peerCount = sources.filter(({ traits }) => traits.isPeer === true).length
  if (peerCount === 0 && !isPeerGone) return 'seeds'
  return peerCount === sources.length ? 'peers' : 'both'
}

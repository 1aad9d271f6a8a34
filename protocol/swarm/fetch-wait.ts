import type { FaultCode } from '../errors.ts'
import type { FetchRun } from './fetch-run.ts'
import type { FetchSource } from './fetch-source.ts'
import type { FetchWindow } from './fetch-window.ts'

/** Why nothing moves. Each is said to a person in words. */
export type FetchWait = Readonly<
  /** No source is known yet. */
  | { reason: 'no-source' }
  /** All rest after a failure. */
  | { reason: 'unreachable'; fault: FaultCode; nextMs: number }
  /** All sent wrong bytes, and no other is known. */
  | { reason: 'dishonest' }
  /** Sources answer, and none has the chunks that are needed. */
  | { reason: 'not-there' }
  /** All that the sender published so far is here. */
  | { reason: 'unpublished' }
  /** Chunks are here and wait to be saved. */
  | { reason: 'saving' }
  /** Sources were asked and say nothing. */
  | { reason: 'silent' }
>

type Situation = Readonly<{
  sources: readonly FetchSource[]
  runs: readonly FetchRun[]
  wanted: FetchWindow
  /** The sender published all chunks. */
  isPublished: boolean
  /** Somebody who is gone sent wrong bytes. */
  wasLiedTo: boolean
  nowMs: number
}>

export function waitOf(situation: Situation): FetchWait | undefined {
  const { runs, wanted, isPublished, nowMs } = situation
  if (wanted.leftCount === 0) return undefined
  // One more try of a source that failed is no news before it answers.
  if (runs.some((run) => run.hasAnswered || !run.source.isInDoubt)) {
    return runs.every((run) => run.isLate(nowMs)) ? { reason: 'silent' } : undefined
  }
  if (wanted.size === 0) return isPublished ? undefined : { reason: 'unpublished' }
  // The next one is here: what little is missing behind it is asked for once the window has moved on. Where it is not,
  // later ones may be here and wait for it.
  const [next] = wanted
  if (next?.isFetched === true) return { reason: 'saving' }
  return waitForSource(situation)
}

function waitForSource({ sources, wasLiedTo, nowMs }: Situation): FetchWait | undefined {
  // What is on this machine was looked at: it is others that are waited for.
  const others = sources.filter(({ traits }) => traits.isLocal !== true)
  const honest = others.filter(({ isBanned }) => !isBanned)
  if (honest.length === 0) {
    return { reason: wasLiedTo || others.length > 0 ? 'dishonest' : 'no-source' }
  }
  const isWell = (source: FetchSource): boolean => source.isUsable(nowMs) && !source.isInDoubt
  if (honest.some(isWell)) return { reason: 'not-there' }
  const next = honest.reduce((a, b) => (a.restsUntilMs < b.restsUntilMs ? a : b))
  return {
    reason: 'unreachable',
    fault: next.fault ?? 'SEED_UNREACHABLE',
    nextMs: next.restsUntilMs,
  }
}

import { TransferError } from '../../protocol/errors.ts'
import type { Seed } from '../../protocol/record/directory.ts'
import type { CourierSession } from '../engine/send/courier-session.ts'
import type { CourierProgress } from '../engine/send/progress.ts'
import { formatBytes } from '../words.ts'
import { RateMeter } from '../worker/rate-meter.ts'
import type { OpenRtc } from './command-swarm.ts'
import type { Output, SeedLine } from './output.ts'

/** What every command gets besides its options. */
export type CommandContext = Readonly<{
  output: Output
  /** Aborts when the person, the system or the parent process ends the command. */
  signal: AbortSignal
  /** The way to peers; without it there are seeds only. */
  openRtc?: OpenRtc
}>

/** Nothing that a command waits for is worth more than this. */
export const commandPatience = { startMs: 60_000, stalledMs: 900_000 } as const

/**
 * Says how a session goes, until it is stored.
 *
 * @param isRepeatable - Whether the same command goes on with what is cut off.
 * @returns The seeds that hold it.
 * @throws {TransferError} What ended it, with what was kept and what to do.
 */
export async function watchSession(
  session: CourierSession,
  { output, signal }: CommandContext,
  isRepeatable = true,
): Promise<readonly Seed[]> {
  const rate = new RateMeter()
  const stop = (): void => session.stop(stopReason(signal))
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
  try {
    for await (const { progress } of session.events) tell(output, progress, rate)
    return await session.done
  } catch (cause) {
    throw withKept(cause, isRepeatable)
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

export function lineOf({ id, operator, jurisdiction, urls }: Seed): SeedLine {
  return { id, operator, jurisdiction, url: urls[0] ?? '' }
}

function tell(output: Output, { frontier, waiting }: CourierProgress, rate: RateMeter): void {
  const { onceBytes, totalBytes } = frontier
  rate.count(onceBytes, performance.now())
  const secondsLeft = rate.secondsFor(totalBytes - onceBytes)
  output.event({
    event: 'progress',
    doneBytes: onceBytes,
    totalBytes,
    bytesPerSecond: Math.round(rate.bytesPerSecond),
    ...(secondsLeft === undefined ? {} : { secondsLeft: Math.ceil(secondsLeft) }),
    ...(waiting === undefined ? {} : { note: waiting.text }),
  })
}

function stopReason({ reason }: AbortSignal): TransferError {
  return reason instanceof TransferError ? reason : new TransferError('STOPPED', 'Stopped.')
}

/** What the seeds hold, in words, and what to do with it. */
function withKept(cause: unknown, isRepeatable: boolean): unknown {
  if (!(cause instanceof TransferError)) return cause
  const kept = cause.details['keptBytes']
  if (typeof kept !== 'number' || kept === 0) return cause
  // Whoever was stopped has just been told.
  const canSay = isRepeatable && cause.code !== 'STOPPED'
  const next = canSay ? ' The same command goes on from there.' : ''
  const message = `${cause.message} The seeds hold ${formatBytes(kept)} of it.${next}`
  return new TransferError(cause.code, message, { cause, details: cause.details })
}

import type { Bytes } from '../../../protocol/bytes.ts'
import { TransferError } from '../../../protocol/errors.ts'
import { SEED_SILENT_MS } from '../../../protocol/limits.ts'
import { delay } from '../delay.ts'
import { backoffMs, randomFraction } from './backoff.ts'

export type CallerPorts = Readonly<{
  nowMs: () => number
  randomBytes: (count: number) => Bytes
}>

const TRIES_MAX = 3
const LOST_ANSWER_MS = 5000

/** Asks a seed again, for a while, where it only says that it is busy, or where one answer was lost. */
export class PatientCaller {
  readonly #ports: CallerPorts
  readonly #signal: AbortSignal
  #answeredAtMs: number | undefined

  constructor(ports: CallerPorts, signal: AbortSignal) {
    this.#ports = ports
    this.#signal = signal
  }

  /** When the seed answered last, well or not; undefined if it never did. */
  get answeredAtMs(): number | undefined {
    return this.#answeredAtMs
  }

  /** @param call - Something that may be done twice. */
  async ask<T>(call: () => Promise<T>): Promise<T> {
    const startMs = this.#ports.nowMs()
    for (let tries = 1; ; tries += 1) {
      try {
        const answer = await call()
        this.#answeredAtMs = this.#ports.nowMs()
        return answer
      } catch (cause) {
        const isAnswer = cause instanceof TransferError && cause.code !== 'SEED_UNREACHABLE'
        if (isAnswer) this.#answeredAtMs = this.#ports.nowMs()
        const waitedMs = this.#ports.nowMs() - startMs
        if (!canAskAgain(cause, { tries, waitedMs })) throw cause
        await delay(backoffMs(tries, randomFraction(this.#ports.randomBytes)), this.#signal)
      }
    }
  }
}

function canAskAgain(
  cause: unknown,
  { tries, waitedMs }: { tries: number; waitedMs: number },
): boolean {
  if (!(cause instanceof TransferError)) return false
  if (cause.code === 'TOO_MANY_REQUESTS') return waitedMs < SEED_SILENT_MS
  // One that was silent for long is not asked again here: others wait for its chunks.
  return cause.code === 'SEED_UNREACHABLE' && tries < TRIES_MAX && waitedMs < LOST_ANSWER_MS
}

import { setTimeout as delay } from 'node:timers/promises'

export type LoopOptions = Readonly<{
  /** Between the end of one run and the start of the next one; the first one starts after it, too. */
  periodMs: number
  run: (signal: AbortSignal) => Promise<void>
  /** A run that failed is told and tried again after the period. */
  onError: (error: unknown) => void
}>

/** Does something again and again until it is disposed of, which waits for the run under way. */
export class Loop implements AsyncDisposable {
  readonly #stop = new AbortController()
  readonly #ended: Promise<void>

  constructor(options: LoopOptions) {
    this.#ended = this.#turn(options)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    await this.#ended
  }

  async #turn({ periodMs, run, onError }: LoopOptions): Promise<void> {
    const { signal } = this.#stop
    while (await pause(periodMs, signal)) {
      try {
        await run(signal)
      } catch (cause) {
        if (!signal.aborted) onError(cause)
      }
    }
  }
}

/** Waits, without keeping the process alive. @returns false if it was stopped. */
export async function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  try {
    await delay(ms, undefined, { signal, ref: false })
    return true
  } catch {
    // Nothing but the signal ends a delay early.
    return false
  }
}

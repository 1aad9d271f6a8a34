import { ask } from '../../client/engine/net/http.ts'
import type { Bytes } from '../../protocol/bytes.ts'
import { signRecord } from '../../protocol/record/record.ts'
import type { SeedStatus } from '../../protocol/record/state.ts'
import type { SeedId } from '../../protocol/seed-id.ts'
import { pause } from '../loop.ts'
import type { NetworkTiming } from './network-timing.ts'

export type StateReporterOptions = Readonly<{
  /** Base URL of the signal server. */
  signalUrl: string
  seedId: SeedId
  /** Ed25519 secret key of this seed. */
  key: Bytes
  urls: readonly string[]
  getState: () => Promise<Pick<SeedStatus, 'state' | 'freeBytes'>>
  timing: NetworkTiming
  random: () => number
  nowMs: () => number
  onError: (error: unknown) => void
}>

const RETRY_MS_MIN = 2000
const RETRY_MS_MAX = 60_000

/** Says every minute, and at once when it changes, where and how this seed is: a silent one is taken for gone. */
export class StateReporter implements AsyncDisposable {
  readonly #options: StateReporterOptions
  readonly #stop = new AbortController()
  readonly #ended: Promise<void>
  #reported: SeedStatus['state'] | undefined
  #nextAtMs = 0
  #retryMs = RETRY_MS_MIN
  #isFailing = false

  constructor(options: StateReporterOptions) {
    this.#options = options
    this.#ended = this.#run()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    await this.#ended
  }

  async #run(): Promise<void> {
    do await this.#look()
    while (await pause(this.#options.timing.statePollMs, this.#stop.signal))
  }

  /** By a clock that nobody sets: the network must not lose a seed whose operator corrects the time. */
  async #look(): Promise<void> {
    const { timing, getState, onError } = this.#options
    try {
      const { state, freeBytes } = await getState()
      const isChanged = this.#reported !== undefined && this.#reported !== state
      if (!isChanged && performance.now() < this.#nextAtMs) return
      await this.#report({ state, freeBytes })
      this.#reported = state
      this.#isFailing = false
      this.#retryMs = RETRY_MS_MIN
      this.#nextAtMs = performance.now() + timing.stateMs
    } catch (cause) {
      if (this.#stop.signal.aborted) return
      // Said once, not every few seconds for as long as the signal server is down.
      if (!this.#isFailing) onError(cause)
      this.#isFailing = true
      this.#reported = undefined
      this.#nextAtMs = performance.now() + this.#retryMs * (0.5 + this.#options.random())
      this.#retryMs = Math.min(RETRY_MS_MAX, this.#retryMs * 2)
    }
  }

  async #report({ state, freeBytes }: Pick<SeedStatus, 'state' | 'freeBytes'>): Promise<void> {
    const { signalUrl, seedId, key, urls, nowMs } = this.#options
    const record = signRecord('state', { urls, state, freeBytes, atMs: nowMs() }, key)
    const response = await ask(`${signalUrl}/v1/seeds/${seedId}/state`, {
      method: 'PUT',
      headers: { 'content-type': 'application/octet-stream' },
      body: record,
      signal: this.#stop.signal,
    })
    await response.body?.cancel()
  }
}

import { TransferError } from '../../protocol/errors.ts'
import type { IceServer } from '../../protocol/http/signal-json.ts'
import { TURN_CREDENTIAL_LIFE_MS } from '../../protocol/limits.ts'
import { delay } from '../engine/delay.ts'
import type { OpenedNetwork } from './open-network.ts'

const usualPace = { renewMs: TURN_CREDENTIAL_LIFE_MS / 2, retryMs: 60_000 }

/** The servers that help to connect: leave to use them ends, so that it is renewed while a command lives. */
export class IceServers implements Disposable {
  readonly #refresh: OpenedNetwork['refresh']
  readonly #pace: typeof usualPace
  readonly #stop = new AbortController()
  #servers: readonly IceServer[]

  /** @param opened - What is kept of it from another day is renewed at once. */
  constructor({ network, refresh }: OpenedNetwork, pace = usualPace) {
    this.#refresh = refresh
    this.#pace = pace
    this.#servers = network.iceServers
    void this.#renew(network.isFresh)
  }

  get servers(): readonly IceServer[] {
    return this.#servers
  }

  [Symbol.dispose](): void {
    this.#stop.abort(new Error('over'))
  }

  async #renew(isFresh: boolean): Promise<void> {
    const { signal } = this.#stop
    const { renewMs, retryMs } = this.#pace
    let waitMs = isFresh ? renewMs : 0
    while (!signal.aborted) {
      await delay(waitMs, signal).catch(() => undefined)
      if (signal.aborted) return
      waitMs = (await this.#ask()) ? renewMs : retryMs
    }
  }

  /** @returns Whether the signal server answered. */
  async #ask(): Promise<boolean> {
    try {
      const { iceServers, isFresh } = await this.#refresh()
      if (isFresh) this.#servers = iceServers
      return isFresh
    } catch (cause) {
      // What is wrong there is said where the directory is needed; connections go on with what there is.
      if (cause instanceof TransferError) return false
      throw cause
    }
  }
}

import { openNetwork, type NetworkStore } from '../../client/engine/network.ts'
import type { Bytes } from '../../protocol/bytes.ts'
import type { IceServer } from '../../protocol/http/signal-json.ts'
import type { Directory } from '../../protocol/record/directory.ts'
import { pause } from '../loop.ts'
import type { NetworkTiming } from './network-timing.ts'

export type DirectoryWatchOptions = Readonly<{
  store: NetworkStore
  /** Base URL of the signal server. */
  signalUrl: string
  networkKey: Bytes
  /** Told of each directory that is newer than the last one. */
  learn: (directory: Directory) => void
  timing: NetworkTiming
  random: () => number
  onError: (error: unknown) => void
}>

/** Reads the directory again and again. While the signal server is down, the kept one serves. */
export class DirectoryWatch implements AsyncDisposable {
  readonly #options: DirectoryWatchOptions
  readonly #stop = new AbortController()
  readonly #ended: Promise<void>
  #version = -1
  #iceServers: readonly IceServer[] = []
  #isFailing = false

  constructor(options: DirectoryWatchOptions) {
    this.#options = options
    this.#ended = this.#run()
  }

  /** Of the newest directory; undefined while there is none. */
  get version(): number | undefined {
    return this.#version < 0 ? undefined : this.#version
  }

  get networkKey(): Bytes {
    return this.#options.networkKey
  }

  /** As the signal server last said. */
  get iceServers(): readonly IceServer[] {
    return this.#iceServers
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    await this.#ended
  }

  async #run(): Promise<void> {
    const { timing, random } = this.#options
    do await this.#look()
    // By lot, so that a thousand seeds do not come back to a restarted server within one second.
    while (await pause(timing.directoryMs * (1 / 3 + (random() * 5) / 3), this.#stop.signal))
  }

  async #look(): Promise<void> {
    const { store, signalUrl, networkKey, learn, onError } = this.#options
    try {
      const { directory, iceServers } = await openNetwork(store, signalUrl, networkKey)
      this.#iceServers = iceServers
      if (this.#stop.signal.aborted || directory.version <= this.#version) return
      this.#version = directory.version
      this.#isFailing = false
      learn(directory)
    } catch (cause) {
      if (!this.#isFailing && !this.#stop.signal.aborted) onError(cause)
      this.#isFailing = true
    }
  }
}

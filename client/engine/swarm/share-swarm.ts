import type { Bytes } from '../../../protocol/bytes.ts'
import { TransferError } from '../../../protocol/errors.ts'
import { encodeGenesis } from '../../../protocol/genesis.ts'
import type { Seed } from '../../../protocol/record/directory.ts'
import { delay } from '../delay.ts'
import type { ShareSession } from '../receive/share-session.ts'
import { isLie } from '../receive/source-table.ts'
import { PeerSource } from './peer-source.ts'
import type { Privacy } from './privacy.ts'
import { SessionShelf } from './session-shelf.ts'
import { EMPTY_SHELF, type SealedShelf } from './share-shelf.ts'
import { SwarmHost } from './swarm-host.ts'
import type { SwarmHostOptions, SwarmState } from './swarm-options.ts'

/** What a machine needs to take part in swarms at all. */
export type SwarmPorts = Pick<
  SwarmHostOptions,
  'url' | 'port' | 'iceServers' | 'onError' | 'nowMs' | 'random' | 'randomBytes'
>

export type ShareSwarmOptions = SwarmPorts &
  Pick<SwarmHostOptions, 'helpKey' | 'privacy'> &
  Readonly<{
    session: ShareSession
    dailyBytesMax?: number
  }>

const RETRY_MS = 5000
/** Each try loads the index and hashes anew, and clocks are set seldom. */
const CLOCK_RETRY_MS = 30_000

/**
 * Brings the swarm of a share to its session: peers as sources beside the seeds, and seeds that only WebRTC
 * reaches; and passes on to others what the session knows and what is put on the shelf.
 */
export class ShareSwarm implements Disposable {
  readonly #session: ShareSession
  readonly #host: SwarmHost
  readonly #stopListening: () => void
  #sealed = EMPTY_SHELF

  constructor({ session, ...options }: ShareSwarmOptions) {
    this.#session = session
    this.#host = new SwarmHost({
      ...options,
      shareId: session.shareId,
      shelf: {
        sealed: { read: (index) => this.#sealed.read(index) },
        published: new SessionShelf(session),
      },
      known: () => session.knownRecord?.accepted,
      listener: {
        joined: (source) => void this.#meet(source),
        left: (source) => session.part(source),
        genesis: (genesis) => this.#takeGenesis(genesis),
      },
    })
    session.genesis().then(
      (genesis) => this.#host.setGenesis(encodeGenesis(genesis)),
      // The session is over, and so is this.
      () => undefined,
    )
    session.setCaller((seed) => this.#host.callSeed(seed))
    this.#stopListening = session.listen({
      source: () => undefined,
      gone: (source, lie) => {
        if (lie !== undefined && source instanceof PeerSource) this.#host.ban(source)
      },
      published: ({ checkpoint, bytes }) => this.#host.setCheckpoint(checkpoint.seq, bytes),
    })
  }

  get state(): SwarmState {
    return this.#host.state
  }

  setPrivacy(privacy: Privacy): void {
    this.#host.setPrivacy(privacy)
  }

  /** The person's switch: whether others are served. */
  setServing(isOn: boolean): void {
    this.#host.tell({ type: 'serving', isOn })
  }

  /** Of what is given to others within 24 hours; no bound if undefined. */
  setDailyBytesMax(bytes: number | undefined): void {
    this.#host.tell({ type: 'daily-bound', bytesMax: bytes })
  }

  /** Calls a seed over WebRTC. @throws {TransferError} SEED_UNREACHABLE, TOO_MANY_REQUESTS */
  callSeed(seed: Seed): Promise<PeerSource> {
    return this.#host.callSeed(seed)
  }

  /** From now on others are served from here. */
  open(sealed: SealedShelf): void {
    this.#sealed = sealed
  }

  /** These chunks are on the shelf now. */
  hold(indexes: readonly number[]): void {
    this.#host.tell({ type: 'held', indexes })
  }

  /** These are not any more. */
  drop(indexes: readonly number[]): void {
    this.#host.tell({ type: 'dropped', indexes })
  }

  /** These came and are not on the shelf. */
  letPass(indexes: readonly number[]): void {
    this.#host.tell({ type: 'unkept', indexes })
  }

  /** All chunks are on the shelf, or all that are to be: nobody is called any more, and whoever calls is served. */
  complete(chunkCount: number): void {
    this.#host.tell({ type: 'complete', chunkCount })
  }

  /** More of them is wanted again. */
  seek(): void {
    this.#host.tell({ type: 'seek' })
  }

  [Symbol.dispose](): void {
    this.#stopListening()
    this.#host[Symbol.dispose]()
  }

  /** No other one hashes to the share id: where it says what is not known here, nobody can show more. */
  #takeGenesis(genesis: Bytes): boolean {
    try {
      this.#session.takeGenesis(genesis)
      return true
    } catch (cause) {
      if (!(cause instanceof TransferError)) throw cause
      this.#session.end(cause)
      return false
    }
  }

  /** A peer is a source as soon as it shows what is published; who shows anything else is not met again. */
  async #meet(source: PeerSource): Promise<void> {
    const signal = AbortSignal.any([source.signal, this.#session.signal])
    while (!signal.aborted) {
      try {
        await this.#session.meet(source, source.signal)
        return
      } catch (cause) {
        if (signal.aborted) return
        if (!(cause instanceof TransferError)) throw cause
        if (isLie(cause)) this.#host.ban(source)
        const pauseMs = cause.code === 'CLOCK_WRONG' ? CLOCK_RETRY_MS : RETRY_MS
        await delay(pauseMs, signal).catch(() => undefined)
      }
    }
  }
}

import { TransferError } from '../../../protocol/errors.ts'
import { deriveHelpKey } from '../../../protocol/key-schedule.ts'
import { CHUNK_PLAIN_BYTES, EXTENT_CHUNKS } from '../../../protocol/limits.ts'
import type { LiveShare, SendAudience } from '../send/send-audience.ts'
import type { Published } from '../send/publisher.ts'
import type { SharePlan } from '../send/share-plan.ts'
import { StreamReader } from '../send/stream-reader.ts'
import { CargoShelf } from './cargo-shelf.ts'
import type { PeerSource } from './peer-source.ts'
import type { Privacy } from './privacy.ts'
import { ResealShelf } from './reseal-shelf.ts'
import type { SwarmPorts } from './share-swarm.ts'
import { SwarmHost } from './swarm-host.ts'
import type { SwarmState } from './swarm-options.ts'

export type SendSwarmOptions = SwarmPorts &
  Readonly<{
    plan: SharePlan
    privacy: Privacy
    dailyBytesMax?: number
  }>

const LOOK_MS = 250
/** Where no seed has taken anything yet, nobody waits long for one; else they are slow, and will get there. */
const FIRST_STALLED_MS = 1500
const STALLED_MS = 15_000
/** How far what is published is kept ahead of whoever has most of it. */
const AHEAD_EXTENTS = 8

/**
 * The sender as a peer: from the first second in the room, serving what is published by sealing it again from the
 * files. Where no seed takes anything it goes on publishing for those who are there.
 */
export class SendSwarm implements SendAudience, Disposable {
  readonly #options: SendSwarmOptions
  readonly #shelf: CargoShelf
  readonly #host: SwarmHost
  readonly #peers = new Set<PeerSource>()
  readonly #looking: ReturnType<typeof setInterval>
  #share: LiveShare | undefined
  #publishedCount = 0
  /** When a seed last got something new. */
  #movedMs: number
  #hasMoved = false
  #isPublishing = false

  constructor(options: SendSwarmOptions) {
    const { plan, nowMs } = options
    this.#options = options
    this.#movedMs = nowMs()
    this.#shelf = new CargoShelf(plan.sealedIndex)
    const reader = new StreamReader(plan.files)
    const readPlain = (index: number) => {
      const start = index * CHUNK_PLAIN_BYTES
      return reader.read(start, Math.min(CHUNK_PLAIN_BYTES, plan.streamBytes - start))
    }
    this.#host = new SwarmHost({
      ...options,
      shareId: plan.shareId,
      helpKey: deriveHelpKey(plan.secrets.secret),
      shelf: { sealed: new ResealShelf({ ...plan, readPlain }), published: this.#shelf },
      known: () => undefined,
      listener: {
        joined: (source) => void this.#peers.add(source),
        left: (source) => void this.#peers.delete(source),
        genesis: () => undefined,
      },
    })
    this.#host.setGenesis(plan.genesisBytes)
    // Nothing is wanted here: others call.
    this.#host.complete(plan.chunkCount)
    this.#looking = setInterval(() => void this.#look(), LOOK_MS)
  }

  get state(): SwarmState {
    return this.#host.state
  }

  setServing(isOn: boolean): void {
    this.#host.setServing(isOn)
  }

  start(share: LiveShare): void {
    this.#share = share
    this.#movedMs = this.#options.nowMs()
    this.#shelf.hashes = share.hashes
  }

  published({ checkpoint, bytes }: Published): void {
    const first = this.#publishedCount
    this.#publishedCount = checkpoint.chunkCount
    if (!this.#isPublishing) {
      this.#movedMs = this.#options.nowMs()
      this.#hasMoved = true
    }
    this.#host.setCheckpoint(checkpoint.seq, bytes)
    const count = Math.max(0, checkpoint.chunkCount - first)
    this.#host.hold(Array.from({ length: count }, (_, i) => first + i))
  }

  [Symbol.dispose](): void {
    clearInterval(this.#looking)
    this.#host[Symbol.dispose]()
  }

  /** Publishes on where seeds hold it up and somebody here is soon through with what there is. */
  async #look(): Promise<void> {
    const { plan, nowMs } = this.#options
    const stalledMs = this.#hasMoved ? STALLED_MS : FIRST_STALLED_MS
    const isStalled = nowMs() - this.#movedMs >= stalledMs
    const isHungry = this.#publishedCount - this.#mostHeld() < AHEAD_EXTENTS * EXTENT_CHUNKS
    const isWhole = this.#publishedCount === plan.chunkCount
    if (this.#peers.size === 0 || !isStalled || !isHungry || isWhole) return
    if (this.#share === undefined || this.#isPublishing) return
    this.#isPublishing = true
    try {
      await this.#share.publishAhead(AHEAD_EXTENTS)
      this.#isPublishing = false
    } catch (cause) {
      // Files that changed end the share where it is uploaded; here it goes no further.
      if (!(cause instanceof TransferError)) throw cause
    }
  }

  #mostHeld(): number {
    return Math.max(0, ...[...this.#peers].map(({ held }) => held.size))
  }
}

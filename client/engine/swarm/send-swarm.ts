import { TransferError } from '../../../protocol/errors.ts'
import { deriveHelpKey } from '../../../protocol/key-schedule.ts'
import {
  CHUNK_PLAIN_BYTES,
  EXTENT_CHUNKS,
  SEALED_CHUNK_BYTES_MAX,
} from '../../../protocol/limits.ts'
import { mayGive } from '../../../protocol/swarm/sender-line.ts'
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
/** So long a file that could not be read is left alone. */
const UNREADABLE_MS = 2000
/** How far what is published is kept ahead of whoever has most of it. */
const AHEAD_EXTENTS = 8

/**
 * The sender as a peer: from the first second in the room, serving what is published by sealing it again from the
 * files, as far as the upload leaves it the line. Where no seed takes anything it goes on publishing for those who
 * are there.
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
  #readableMs = 0
  /** The person's switch. */
  #isOn = true
  #isPaused = false
  #isServing = true
  #storedShare = 0

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
        genesis: () => true,
      },
    })
    this.#host.setGenesis(plan.genesisBytes)
    // Nothing is wanted here: others call.
    this.#host.tell({ type: 'complete', chunkCount: plan.chunkCount })
    this.#looking = setInterval(() => void this.#look(), LOOK_MS)
  }

  get state(): SwarmState {
    return this.#host.state
  }

  /** Why others get nothing, or little: the person's pause, or seeds that take it now. */
  get rest(): 'paused' | 'uploading' | undefined {
    if (this.#isPaused) return 'paused'
    return this.#storedShare < 1 && !this.#isStalled ? 'uploading' : undefined
  }

  setServing(isOn: boolean): void {
    this.#isOn = isOn
    this.#setHostServing()
  }

  /** A pause is of all that leaves this machine. */
  setPaused(isPaused: boolean): void {
    // That seeds took nothing meanwhile says nothing of them.
    if (!isPaused) this.#movedMs = this.#options.nowMs()
    this.#isPaused = isPaused
    this.#setHostServing()
  }

  start(share: LiveShare): void {
    this.#share = share
    this.#movedMs = this.#options.nowMs()
    this.#shelf.hashes = share.hashes
    // No seed took that now.
    if (share.latest !== undefined) this.#show(share.latest)
    this.#setHostServing()
  }

  published(newer: Published): void {
    if (!this.#isPublishing) this.#move()
    this.#show(newer)
  }

  [Symbol.dispose](): void {
    clearInterval(this.#looking)
    this.#host[Symbol.dispose]()
  }

  #show({ checkpoint, bytes }: Published): void {
    const first = this.#publishedCount
    this.#publishedCount = checkpoint.chunkCount
    this.#host.setCheckpoint(checkpoint.seq, bytes)
    const count = Math.max(0, checkpoint.chunkCount - first)
    this.#host.tell({ type: 'held', indexes: Array.from({ length: count }, (_, i) => first + i) })
  }

  /** Peers get what the upload leaves them, and all of the line where it stands still or is through. */
  #setHostServing(): void {
    const { chunkCount } = this.#options.plan
    const storedShare = this.#share?.storedShare() ?? 0
    if (storedShare !== this.#storedShare) this.#move()
    this.#storedShare = storedShare
    const givenShare = this.#host.state.givenBytes / (chunkCount * SEALED_CHUNK_BYTES_MAX)
    const mayServe = this.#isOn && !this.#isPaused
    const isServing = mayServe && mayGive({ storedShare, givenShare, isStalled: this.#isStalled })
    if (isServing === this.#isServing) return
    this.#isServing = isServing
    this.#host.tell({ type: 'serving', isOn: isServing })
  }

  #move(): void {
    this.#movedMs = this.#options.nowMs()
    this.#hasMoved = true
  }

  get #isStalled(): boolean {
    const stalledMs = this.#hasMoved ? STALLED_MS : FIRST_STALLED_MS
    return this.#options.nowMs() - this.#movedMs >= stalledMs
  }

  /** Publishes on where seeds hold it up and somebody here is soon through with what there is. */
  async #look(): Promise<void> {
    this.#setHostServing()
    const { plan } = this.#options
    const isHungry = this.#publishedCount - this.#mostHeld() < AHEAD_EXTENTS * EXTENT_CHUNKS
    const isWhole = this.#publishedCount === plan.chunkCount
    if (this.#peers.size === 0 || !this.#isStalled || !isHungry || isWhole) return
    if (this.#share === undefined || this.#isPublishing || this.#isPaused) return
    if (this.#options.nowMs() >= this.#readableMs) await this.#publishAhead(this.#share)
  }

  async #publishAhead(share: LiveShare): Promise<void> {
    this.#isPublishing = true
    try {
      await share.publishAhead(AHEAD_EXTENTS)
      this.#isPublishing = false
    } catch (cause) {
      if (!(cause instanceof TransferError)) throw cause
      // Files that changed end the share where it is uploaded; here it goes no further.
      if (cause.code !== 'FILE_UNREADABLE') return
      // Another program may have it for a moment.
      this.#readableMs = this.#options.nowMs() + UNREADABLE_MS
      this.#isPublishing = false
    }
  }

  #mostHeld(): number {
    return Math.max(0, ...[...this.#peers].map(({ held }) => held.size))
  }
}

import { isEqual, type Bytes } from '../../../protocol/bytes.ts'
import { TransferError } from '../../../protocol/errors.ts'
import { EXTENT_CHUNKS } from '../../../protocol/limits.ts'
import type { Policy } from '../../../protocol/placement.ts'
import type { ShareId } from '../../../protocol/share-id.ts'
import { free } from '../../../protocol/memory.ts'
import type { Cargo } from './cargo.ts'
import type { HashLog } from './hash-log.ts'
import type { SendMark } from './journal.ts'
import { Publisher, type Published } from './publisher.ts'
import type { SealedExtent, Sealer } from './sealer.ts'
import type { SendAudience } from './send-audience.ts'
import type { SharePlan } from './share-plan.ts'

export type OwnerCargoSetup = Readonly<{
  plan: SharePlan
  sealer: Sealer
  /** The hash list as far as it was published before. */
  hashes: HashLog
  /** What an earlier run may have signed; undefined for a new share. */
  mark: SendMark | undefined
  grant: Bytes
  /** Kept before anything newer is signed, so that no later run signs something else under the same seq. */
  keepMark: (mark: SendMark) => Promise<void>
  /** Told how many chunks have hashes here, of those that must have before more can be sent. */
  onHashed: (done: number, count: number) => void
  /** Others who fetch from here meanwhile. */
  audience?: SendAudience
  nowMs: () => number
}>

/** A share as its owner brings it: sealed and published as it goes. */
export class OwnerCargo implements Cargo {
  readonly isNew: boolean
  readonly hashes: HashLog
  readonly waiting = undefined
  readonly outdatedReceipts = new Map()
  readonly #setup: OwnerCargoSetup
  readonly #publisher: Publisher
  /** Hashes of extents that were sealed before the ones in front of them. */
  readonly #early = new Map<number, Bytes>()
  /** Undefined until the doors are open. */
  #audience: SendAudience | undefined
  /** One checkpoint at a time, in order. */
  #turn: Promise<void> = Promise.resolve()

  constructor(setup: OwnerCargoSetup) {
    const { plan, hashes, mark } = setup
    this.#setup = setup
    this.hashes = hashes
    this.isNew = mark === undefined
    const { expiresAtMs, secrets } = plan
    const start = { seq: mark?.seq ?? 0, expiresAtMs }
    this.#publisher = new Publisher({ ...plan, ownerSeed: secrets.ownerSeed }, hashes, start)
  }

  get shareId(): ShareId {
    return this.#setup.plan.shareId
  }

  get genesisBytes(): Bytes {
    return this.#setup.plan.genesisBytes
  }

  get ownerPublicKey(): Bytes {
    return this.#setup.plan.genesis.ownerPublicKey
  }

  get readToken(): Bytes {
    return this.#setup.plan.readToken
  }

  get policy(): Policy {
    return this.#setup.plan.genesis
  }

  get sealedIndex(): Bytes {
    return this.#setup.plan.sealedIndex
  }

  get chunkCount(): number {
    return this.#setup.plan.chunkCount
  }

  get totalBytes(): number {
    return this.#setup.plan.totalBytes
  }

  get latest(): Published | undefined {
    return this.#publisher.latest
  }

  async getGrant(): Promise<Bytes> {
    return this.#setup.grant
  }

  /**
   * All that was known before is there: from now on it grows.
   *
   * @param storedShare - How much one seed at least has, 0 to 1.
   * @param signal - Nothing more is sealed for others once it is aborted.
   */
  openDoors(storedShare: () => number, signal: AbortSignal): void {
    this.#audience = this.#setup.audience
    const publishAhead = (count: number): Promise<void> => this.#publishAhead(count, signal)
    const { hashes, latest } = this
    this.#audience?.start({ hashes, latest, publishAhead, storedShare })
  }

  /**
   * Publishes at least as much as an earlier run did: a seed that cannot be asked now may hold that much, and must
   * never see a newer checkpoint that covers less.
   */
  async catchUp(chunkCount: number, signal: AbortSignal): Promise<void> {
    await this.#inTurn(async () => {
      await this.#hashUpTo(chunkCount, signal)
      if (this.hashes.chunkCount > (this.latest?.checkpoint.chunkCount ?? 0)) await this.#publish()
    })
  }

  async seal(extent: number): Promise<SealedExtent> {
    const sealed = await this.#setup.sealer.seal(extent)
    if (extent < this.hashes.extentCount) {
      if (this.hashes.matches(extent, sealed.hashes)) return sealed
      throw filesChanged()
    }
    this.#early.set(extent, sealed.hashes)
    await this.#inTurn(() => this.#publishEarly())
    return sealed
  }

  observe(newer: Published, signal: AbortSignal): Promise<void> {
    return this.#inTurn(async () => {
      if (newer.checkpoint.state === 'deleted') {
        throw new TransferError('SHARE_DELETED', 'The share was deleted with its owner token.')
      }
      const { latest } = this.#publisher
      if (latest !== undefined && latest.checkpoint.seq >= newer.checkpoint.seq) return
      this.#publisher.follow(newer.checkpoint)
      const { chunkCount, root } = newer.checkpoint
      // Where no seed showed the hashes behind it: nothing that is published may cover less.
      await this.#hashUpTo(chunkCount, signal)
      if (chunkCount < this.hashes.chunkCount) return this.#publish()
      if (!isEqual(root, this.hashes.root())) throw filesChanged()
      this.#publisher.adopt(newer)
      this.#audience?.published(newer)
    })
  }

  /**
   * Seals extents for nothing but their hashes, and publishes them: for others than seeds, which get them later.
   * Files that changed meanwhile end the share where they are uploaded.
   */
  async #publishAhead(extentCount: number, signal: AbortSignal): Promise<void> {
    await this.#inTurn(async () => {
      const before = this.hashes.chunkCount
      await this.#hashUpTo(before + extentCount * EXTENT_CHUNKS, signal)
      if (this.hashes.chunkCount > before) await this.#publish()
    })
  }

  /** Seals as many extents as cover so many chunks, as far as they are not known, and keeps their hashes alone. */
  async #hashUpTo(chunkCount: number, signal: AbortSignal): Promise<void> {
    const { sealer, plan, onHashed } = this.#setup
    const end = Math.min(chunkCount, plan.chunkCount)
    while (this.hashes.chunkCount < end) {
      signal.throwIfAborted()
      const early = this.#takeEarly()
      const sealed = early === undefined ? await sealer.seal(this.hashes.extentCount) : undefined
      this.hashes.append(early ?? sealed?.hashes ?? new Uint8Array(0))
      for (const chunk of sealed?.chunks ?? []) free(chunk)
      onHashed(this.hashes.chunkCount, end)
    }
  }

  async #publishEarly(): Promise<void> {
    const before = this.hashes.extentCount
    for (let next = this.#takeEarly(); next !== undefined; next = this.#takeEarly()) {
      this.hashes.append(next)
    }
    if (this.hashes.extentCount > before) await this.#publish()
  }

  #takeEarly(): Bytes | undefined {
    const extent = this.hashes.extentCount
    const hashes = this.#early.get(extent)
    this.#early.delete(extent)
    return hashes
  }

  async #publish(): Promise<void> {
    const mark = { seq: this.#publisher.nextSeq, chunkCount: this.hashes.chunkCount }
    await this.#setup.keepMark(mark)
    const published = this.#publisher.publish(this.#setup.nowMs())
    this.#audience?.published(published)
  }

  #inTurn(task: () => Promise<void>): Promise<void> {
    const turn = this.#turn.then(task)
    this.#turn = turn.catch(() => undefined)
    return turn
  }
}

function filesChanged(): TransferError {
  const message = 'The files are not what they were when they were published.'
  return new TransferError('FILE_CHANGED', message)
}

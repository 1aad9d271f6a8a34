import { isEqual, type Bytes } from '../../../protocol/bytes.ts'
import { TransferError } from '../../../protocol/errors.ts'
import { extentCountOf, splitHashes } from '../../../protocol/hash-list.ts'
import { CHUNK_PLAIN_BYTES, EXTENT_CHUNKS } from '../../../protocol/limits.ts'
import type { Policy } from '../../../protocol/placement.ts'
import type { Receipt } from '../../../protocol/record/receipt.ts'
import type { SeedId } from '../../../protocol/seed-id.ts'
import type { ShareId } from '../../../protocol/share-id.ts'
import type { FoundShare } from '../custody/open-share.ts'
import type { FileSource } from '../file-source.ts'
import type { Cargo } from './cargo.ts'
import { HashLog } from './hash-log.ts'
import type { Published } from './publisher.ts'
import type { SealedExtent, Sealer } from './sealer.ts'
import { checkingOf, type Waiting } from './waiting.ts'

export type HealCargoSetup = Readonly<{
  share: FoundShare
  /** The owner's sealed checkpoint: the word on what is right. */
  published: Published
  /** The hash list that it names, where a seed still has it. */
  known: HashLog | undefined
  sealedIndex: Bytes
  outdatedReceipts: ReadonlyMap<SeedId, Receipt>
  sealer: Sealer
  /** In stream order. */
  files: readonly FileSource[]
  totalBytes: number
  getGrant: () => Promise<Bytes>
}>

/**
 * A share as somebody heals it who has its files and its link, and not the owner's key: the same sealed chunks,
 * made again. Nothing of it leaves before all of the files were found to be those that were sent.
 */
export class HealCargo implements Cargo {
  readonly isNew = false
  readonly #setup: HealCargoSetup
  readonly #hashes: HashLog
  #latest: Published
  #checking: Promise<void> | undefined
  #checkedExtents: number | undefined

  constructor(setup: HealCargoSetup) {
    this.#setup = setup
    this.#latest = setup.published
    this.#hashes = setup.known ?? new HashLog(setup.published.checkpoint.chunkCount)
  }

  get shareId(): ShareId {
    return this.#setup.share.shareId
  }

  get genesisBytes(): Bytes {
    return this.#setup.share.genesisBytes
  }

  get ownerPublicKey(): Bytes {
    return this.#setup.share.ownerPublicKey
  }

  get readToken(): Bytes {
    return this.#setup.share.readToken
  }

  get policy(): Policy {
    return this.#setup.share.genesis
  }

  get sealedIndex(): Bytes {
    return this.#setup.sealedIndex
  }

  get outdatedReceipts(): ReadonlyMap<SeedId, Receipt> {
    return this.#setup.outdatedReceipts
  }

  get chunkCount(): number {
    return this.#latest.checkpoint.chunkCount
  }

  get totalBytes(): number {
    return this.#setup.totalBytes
  }

  get hashes(): HashLog {
    return this.#hashes
  }

  /** Undefined until its hash list is known: a seed takes one only with the other. */
  get latest(): Published | undefined {
    return this.#hashes.chunkCount === this.chunkCount ? this.#latest : undefined
  }

  get waiting(): Waiting | undefined {
    if (this.#checkedExtents === undefined) return undefined
    const what = 'Comparing the files before anything is sent'
    return checkingOf(what, this.#checkedExtents, extentCountOf(this.chunkCount))
  }

  getGrant(): Promise<Bytes> {
    return this.#setup.getGrant()
  }

  async seal(extent: number): Promise<SealedExtent> {
    this.#checking ??= this.#checkFiles()
    await this.#checking
    const sealed = await this.#setup.sealer.seal(extent)
    if (this.#hashes.matches(extent, sealed.hashes)) return sealed
    throw new TransferError('FILE_CHANGED', 'A file changed while the share was being healed.')
  }

  async observe(newer: Published): Promise<void> {
    const { state, root, seq } = newer.checkpoint
    if (state === 'deleted') {
      throw new TransferError('SHARE_DELETED', 'The sender deleted this share.')
    }
    const isSame = state === 'sealed' && isEqual(root, this.#latest.checkpoint.root)
    // An extension. Anything else cannot follow what is sealed.
    if (isSame && seq > this.#latest.checkpoint.seq) this.#latest = newer
  }

  /** @throws {TransferError} FILES_DIFFER, naming where */
  async #checkFiles(): Promise<void> {
    const made = this.#setup.known === undefined ? this.#hashes : undefined
    for (let extent = 0; extent < extentCountOf(this.chunkCount); extent += 1) {
      const { hashes } = await this.#setup.sealer.seal(extent)
      this.#checkedExtents = extent + 1
      if (made !== undefined) made.append(hashes)
      else this.#compare(extent, hashes)
    }
    this.#checkedExtents = undefined
    // No seed had the list, but the owner signed its root.
    if (made === undefined || isEqual(made.root(), this.#latest.checkpoint.root)) return
    throw new TransferError('FILES_DIFFER', 'The files are not the ones that were sent.')
  }

  #compare(extent: number, hashes: Bytes): void {
    if (this.#hashes.matches(extent, hashes)) return
    const expected = splitHashes(this.#hashes.extent(extent))
    const at = splitHashes(hashes).findIndex((hash, i) => !isEqual(hash, expected[i] ?? hash))
    const index = extent * EXTENT_CHUNKS + Math.max(0, at)
    throw new TransferError('FILES_DIFFER', describe(this.#setup.files, index))
  }
}

/** Which files lie in a chunk that is not the same: one is exact, of several small ones any may be. */
function describe(files: readonly FileSource[], index: number): string {
  const [from, to] = [index * CHUNK_PLAIN_BYTES, (index + 1) * CHUNK_PLAIN_BYTES]
  const paths: string[] = []
  let start = 0
  for (const { path, size } of files) {
    if (size > 0 && start < to && start + size > from) paths.push(path)
    start += size
  }
  const [first, last] = [paths[0] ?? 'A file', paths.at(-1)]
  const which =
    paths.length > 1 ? `${first}, or one of the ${paths.length - 1} files up to ${last},` : first
  return `${which} is not as it was sent. Nothing was uploaded.`
}

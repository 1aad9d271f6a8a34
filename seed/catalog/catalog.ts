import type { Bytes } from '../../protocol/bytes.ts'
import { TransferError } from '../../protocol/errors.ts'
import { parseShareId, type ShareId } from '../../protocol/share-id.ts'
import { FatalError, type OnFatal } from '../fatal-error.ts'
import type { ExtentStore } from '../store/extent-store.ts'
import { HotShares } from './hot-shares.ts'
import { RowsCorruptError, type LevelRows } from './level-rows.ts'
import {
  markDamaged,
  openCatalogRows,
  type CatalogOpening,
  type CatalogPlace,
} from './open-catalog.ts'
import { loadReconciled, type Reconciled } from './reconcile.ts'
import type { Share } from './share.ts'
import { decodeShareRow, type ShareRow } from './share-row.ts'
import { PlannedChange, rowKeys, type ShareChange } from './share-change.ts'

export type CatalogOptions = CatalogPlace & Readonly<{ hotBytesMax?: number }>

const HOT_BYTES_MAX = 64 * 1024 * 1024

/**
 * Everything small that a seed knows of its shares, durable row by row. It is a cache: it can be made anew from
 * the store's files. Changes to one share must not overlap; the caller sees to that.
 */
export class Catalog implements AsyncDisposable {
  readonly #rows: LevelRows
  readonly #folder: string
  readonly #store: ExtentStore
  readonly #onFatal: OnFatal
  readonly #hot: HotShares
  readonly #loading = new Map<ShareId, Promise<Share | undefined>>()
  /** Made anew from the files when it was opened. */
  readonly isRebuilt: boolean
  readonly damagedFiles: number
  #shareCount: number
  #storedBytes: number

  private constructor(
    { folder, onFatal, store, hotBytesMax = HOT_BYTES_MAX }: CatalogOptions,
    opening: CatalogOpening,
  ) {
    this.#folder = folder
    this.#store = store
    this.#onFatal = onFatal
    this.#hot = new HotShares(hotBytesMax)
    this.#rows = opening.rows
    this.isRebuilt = opening.isRebuilt
    this.damagedFiles = opening.damagedFiles
    this.#shareCount = opening.shareCount
    this.#storedBytes = opening.storedBytes
  }

  /** @throws {TransferError} FOLDER_IN_USE if another process has it. */
  static async open(options: CatalogOptions): Promise<Catalog> {
    return new Catalog(options, await openCatalogRows(options))
  }

  get shareCount(): number {
    return this.#shareCount
  }

  /** Bytes of chunks and indexes held. */
  get storedBytes(): number {
    return this.#storedBytes
  }

  /** The one object for this share in this process. */
  async get(id: ShareId): Promise<Share | undefined> {
    const known = this.#hot.get(id) ?? this.#loading.get(id)
    return known ?? this.#once(id, () => this.#load(id))
  }

  /** Whether there is a row, without loading what it stands for. */
  async hasRow(id: ShareId): Promise<boolean> {
    return (await this.#guard(() => this.#rows.get(rowKeys.share(id)))) !== undefined
  }

  /** Ids of all shares, or of those from `from` on; shares may come and go meanwhile. */
  async *listIds(from = ''): AsyncGenerator<ShareId> {
    for await (const [key] of this.#rows.list('s', `s${from}`)) yield parseShareId(key.slice(1))
  }

  /** The row of every share, without its hash list: enough to tell its age. */
  async *listRows(): AsyncGenerator<readonly [id: ShareId, row: ShareRow]> {
    for await (const [key, row] of this.#rows.list('s')) {
      const decoded = await this.#guard(async () => decodeShareRow(row))
      yield [parseShareId(key.slice(1)), decoded]
    }
  }

  /**
   * Adds a share that is not here.
   *
   * @param putFile - Stores its file, which comes before its row. Whoever asks for the share from then on waits: the
   *   file alone would make another object of it.
   */
  async add(share: Share, putFile: () => Promise<void>): Promise<void> {
    // Who began to look before might otherwise find the file too.
    while (this.#loading.has(share.id)) await this.#loading.get(share.id)
    await this.#once(share.id, async () => {
      await putFile()
      await this.#guard(() => this.#rows.write(new PlannedChange(share, {}).rows()))
      this.#shareCount += 1
      this.#hot.put(share)
      return share
    })
  }

  /** Makes the change durable, then visible. @throws {TransferError} STORE_FULL, and nothing is changed. */
  async commit(share: Share, change: ShareChange): Promise<void> {
    const planned = new PlannedChange(share, change)
    await this.#guard(async () => {
      if (change.isEmptied === true) await this.#rows.deleteAll(rowKeys.allHeld(share.id))
      await this.#rows.write(planned.rows())
    })
    this.#storedBytes += planned.storedBytes - share.storedBytes
    planned.apply()
    this.#hot.put(share)
  }

  /** Chunk hashes of one extent, 32 bytes each; undefined if it is not published or not verified. */
  async chunkHashes(share: Share, extent: number): Promise<Bytes | undefined> {
    if (!share.isVerified) return undefined
    const loaded = share.accepted?.extents[extent]?.chunkHashes
    return loaded ?? this.#guard(() => this.#rows.get(rowKeys.hashes(share.id, extent)))
  }

  /** Forgets the share. */
  async delete(share: Share): Promise<void> {
    this.#loading.delete(share.id)
    // Its own row goes last: rows that outlive it would say what is held of the same share when it comes again.
    await this.commit(share, { isEmptied: true })
    await this.#guard(async () => {
      for (const kind of ['h', 'r']) await this.#rows.deleteAll(`${kind}${share.id}`)
      await this.#rows.write([{ type: 'del', key: rowKeys.share(share.id) }])
    })
    this.#shareCount -= 1
    share.isRemoved = true
    this.#hot.delete(share.id)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#rows[Symbol.asyncDispose]()
  }

  /** Lets everybody who asks for the share meanwhile wait for the same object. */
  #once(id: ShareId, make: () => Promise<Share | undefined>): Promise<Share | undefined> {
    const loading = make().finally(() => this.#loading.delete(id))
    this.#loading.set(id, loading)
    return loading
  }

  async #load(id: ShareId): Promise<Share | undefined> {
    const load = (): Promise<Reconciled> => loadReconciled(this.#rows, this.#store, id)
    const { share, isNewRow } = await this.#guard(load)
    if (isNewRow) this.#shareCount += 1
    const isCurrent = this.#loading.has(id)
    if (share === undefined || !isCurrent) return undefined
    this.#hot.put(share)
    return share
  }

  /** A damaged row ends the process: the next one makes all rows anew from the files. */
  async #guard<T>(operation: () => Promise<T>): Promise<T> {
    try {
      return await operation()
    } catch (cause) {
      const isDamaged =
        cause instanceof RowsCorruptError ||
        (cause instanceof TransferError && cause.code === 'GENESIS_INVALID')
      if (!isDamaged) throw cause
      await markDamaged(this.#folder)
      const fatal = new FatalError('The catalog is damaged; it is made anew at the next start.', {
        cause,
      })
      this.#onFatal(fatal)
      throw fatal
    }
  }
}

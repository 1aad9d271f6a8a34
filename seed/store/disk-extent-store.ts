import { dirname, join } from 'node:path'
import type { Bytes } from '../../protocol/bytes.ts'
import { parseShareId, type ShareId } from '../../protocol/share-id.ts'
import type { OnFatal } from '../fatal-error.ts'
import { Slots } from '../slots.ts'
import { DiskReader, DiskWriter, readWhole, writeWhole } from './disk-extent.ts'
import { DiskGuard, unless } from './disk-guard.ts'
import type {
  ExtentPlace,
  ExtentReader,
  ExtentStore,
  ExtentWriter,
  ShareFileName,
  StoreSpace,
} from './extent-store.ts'
import { nodeFiles, type OpenMode, type StoreFile, type StoreFiles } from './store-files.ts'

export type DiskStoreOptions = Readonly<{
  /** Made if it is not there; its parent is. */
  root: string
  onFatal: OnFatal
  files?: StoreFiles
}>

const EXTENT_NAME = /^(?<extent>\d{1,6})\.ext$/
const SHARE_NAME = /^[0-9a-f]{40}$/
// Extents open at once, each one file handle. Who wants more waits.
const EXTENTS_OPEN_MAX = 1024
const MISSING = ['ENOENT', 'ENOTDIR']

/**
 * One file an extent, written in place: `<root>/<2 hex>/<share id>/<extent>.ext`. Beside them lie `share` and
 * `index`, replaced by tmp, fsync, rename, folder fsync. Only a parsed id and digits reach a path.
 */
export class DiskExtentStore implements ExtentStore {
  readonly #root: string
  readonly #files: StoreFiles
  readonly #guard: DiskGuard
  readonly #handles = new Slots(EXTENTS_OPEN_MAX)

  private constructor({ root, onFatal, files = nodeFiles }: DiskStoreOptions) {
    this.#root = root
    this.#files = files
    this.#guard = new DiskGuard(onFatal)
  }

  static async open(options: DiskStoreOptions): Promise<DiskExtentStore> {
    const store = new DiskExtentStore(options)
    await store.#guard.change(() => store.#ensureFolder(store.#root))
    return store
  }

  async putFile(shareId: ShareId, name: ShareFileName, bytes: Bytes): Promise<void> {
    await this.#guard.change(async () => {
      if (name === 'share') await this.#ensureShareFolder(shareId)
      const path = join(this.#folderOf(shareId), name)
      const file = await this.#files.open(`${path}.tmp`, 'replace')
      try {
        await writeWhole(file, bytes, 0)
        await this.#guard.sync(() => file.sync())
      } finally {
        await file.close()
      }
      await this.#files.rename(`${path}.tmp`, path)
      await this.#syncFolder(dirname(path))
    })
  }

  async getFile(shareId: ShareId, name: ShareFileName): Promise<Bytes | undefined> {
    const file = await this.#openFile(shareId, name)
    if (file === undefined) return undefined
    try {
      const bytes = new Uint8Array((await file.stat()).sizeBytes)
      return bytes.slice(0, await readWhole(file, bytes, 0))
    } finally {
      await file.close()
    }
  }

  async hasFile(shareId: ShareId, name: ShareFileName): Promise<boolean> {
    const file = await this.#openFile(shareId, name)
    await file?.close()
    return file !== undefined
  }

  async openWriter(place: ExtentPlace): Promise<ExtentWriter> {
    const { file, release } = await this.#guard.change(() => this.#openExtent(place, 'update'))
    const syncFolder = (): Promise<void> => this.#syncFolder(this.#folderOf(place.shareId))
    return new DiskWriter({ file, guard: this.#guard, syncFolder, release })
  }

  async openReader(place: ExtentPlace): Promise<ExtentReader | undefined> {
    const extent = await unless(MISSING, this.#openExtent(place, 'read'))
    if (extent === undefined) return undefined
    try {
      return new DiskReader(extent.file, await extent.file.stat(), extent.release)
    } catch (cause) {
      await extent.release()
      throw cause
    }
  }

  async listExtents(shareId: ShareId): Promise<ReadonlySet<number>> {
    const names = await this.#list(this.#folderOf(shareId))
    const extents = names.map((name) => EXTENT_NAME.exec(name)?.groups?.['extent'])
    return new Set(extents.filter((digits) => digits !== undefined).map(Number))
  }

  async deleteContent(shareId: ShareId): Promise<void> {
    const folder = this.#folderOf(shareId)
    const names = (await this.#list(folder)).filter((name) => name !== 'share')
    if (names.length === 0) return
    await this.#guard.change(async () => {
      for (const name of names) await unless(MISSING, this.#files.deleteFile(join(folder, name)))
      await this.#syncFolder(folder)
    })
  }

  async deleteShare(shareId: ShareId): Promise<void> {
    const folder = this.#folderOf(shareId)
    await this.#guard.change(async () => {
      // First, so that a half deleted share is nobody's share any more.
      await unless(MISSING, this.#files.deleteFile(join(folder, 'share')))
    })
    await this.deleteContent(shareId)
    await this.#guard.change(async () => {
      await unless(MISSING, this.#files.deleteFolder(folder))
      if (await this.#isFolder(dirname(folder))) await this.#syncFolder(dirname(folder))
    })
  }

  async *listShares(): AsyncGenerator<ShareId> {
    for (const prefix of await this.#list(this.#root)) {
      for (const name of await this.#list(join(this.#root, prefix))) {
        if (SHARE_NAME.test(name) && name.startsWith(prefix)) yield parseShareId(name)
      }
    }
  }

  sinceMs(shareId: ShareId): Promise<number> {
    return this.#files.createdAtMs(this.#folderOf(shareId))
  }

  async getSpace(): Promise<StoreSpace> {
    return this.#files.space(this.#root)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Every handle belongs to a reader or a writer, which closes it.
  }

  #folderOf(shareId: ShareId): string {
    return join(this.#root, shareId.slice(0, 2), shareId)
  }

  #openFile(shareId: ShareId, name: ShareFileName): Promise<StoreFile | undefined> {
    return unless(MISSING, this.#files.open(join(this.#folderOf(shareId), name), 'read'))
  }

  async #openExtent(
    { shareId, extent }: ExtentPlace,
    mode: OpenMode,
  ): Promise<{ file: StoreFile; release: () => Promise<void> }> {
    const slot = await this.#handles.take()
    try {
      const file = await this.#files.open(join(this.#folderOf(shareId), `${extent}.ext`), mode)
      const release = async (): Promise<void> => {
        slot[Symbol.dispose]()
        await file.close()
      }
      return { file, release }
    } catch (cause) {
      slot[Symbol.dispose]()
      throw cause
    }
  }

  /** A share file is there only after the folders above it are durable, so they are synced once. */
  async #ensureShareFolder(shareId: ShareId): Promise<void> {
    if (await this.hasFile(shareId, 'share')) return
    const folder = this.#folderOf(shareId)
    await this.#ensureFolder(dirname(folder))
    await this.#ensureFolder(folder)
  }

  async #ensureFolder(path: string): Promise<void> {
    await unless(['EEXIST'], this.#files.createFolder(path))
    await this.#syncFolder(dirname(path))
  }

  async #isFolder(path: string): Promise<boolean> {
    return (await unless(MISSING, this.#files.listFolder(path))) !== undefined
  }

  async #list(path: string): Promise<string[]> {
    return (await unless(MISSING, this.#files.listFolder(path))) ?? []
  }

  /** A folder that cannot be opened, being gone or one too many, was not synced: that says nothing of the disk. */
  async #syncFolder(path: string): Promise<void> {
    const folder = await this.#files.openFolder(path)
    try {
      await this.#guard.sync(() => folder.sync())
    } finally {
      await folder.close()
    }
  }
}

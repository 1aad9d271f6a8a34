import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { publicKeyOf } from '../../protocol/crypto/ed25519.ts'
import type { Bytes } from '../../protocol/bytes.ts'
import { Catalog } from '../../seed/catalog/catalog.ts'
import type { FatalError } from '../../seed/fatal-error.ts'
import { defaultSeedLimits, type SeedLimits } from '../../seed/seed-limits.ts'
import { LocalShareService } from '../../seed/share/local-share-service.ts'
import { Maintenance } from '../../seed/share/maintenance.ts'
import { ShareEvents, type ShareEvent } from '../../seed/share/share-events.ts'
import { ShareLocks } from '../../seed/share/share-locks.ts'
import type { ShareParts } from '../../seed/share/share-parts.ts'
import { SpaceKeeper } from '../../seed/share/space-keeper.ts'
import { DiskExtentStore } from '../../seed/store/disk-extent-store.ts'
import type { StoreFiles } from '../../seed/store/store-files.ts'
import { fixedBytes, NOW_MS } from '../protocol/owner.ts'
import { NETWORK_SECRET, type SentShare } from './sent-share.ts'

export const SEED_SECRET: Bytes = fixedBytes('seed key')

export type TestStoreOptions = Readonly<{
  /** Kept afterwards; a new one that is deleted if undefined. */
  folder?: string
  limits?: Partial<SeedLimits>
  files?: StoreFiles
  storeRoot?: string
}>

/** Store, catalog and operations of one seed on the real disk, with a clock that a test sets. */
export class TestStore implements AsyncDisposable {
  nowMs = NOW_MS
  readonly fatal: FatalError[] = []
  /** What failed in work that nobody waited for. */
  readonly errors: unknown[] = []
  readonly seen: ShareEvent[] = []
  readonly folder: string
  readonly #isTemporary: boolean
  #parts: ShareParts | undefined
  #shares: LocalShareService | undefined

  private constructor(folder: string, isTemporary: boolean) {
    this.folder = folder
    this.#isTemporary = isTemporary
  }

  static async open(options: TestStoreOptions = {}): Promise<TestStore> {
    const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'skerry-seed-')))
    const seed = new TestStore(folder, options.folder === undefined)
    await seed.#open(options)
    return seed
  }

  get shares(): LocalShareService {
    if (this.#shares === undefined) throw new Error('the test store is closed')
    return this.#shares
  }

  get parts(): ShareParts {
    if (this.#parts === undefined) throw new Error('the test store is closed')
    return this.#parts
  }

  get maintenance(): Maintenance {
    return new Maintenance(this.parts, this.shares.removal)
  }

  /** Path of a file of the share. */
  pathOf(share: SentShare, name: string): string {
    return join(this.folder, 'shares', share.id.slice(0, 2), share.id, name)
  }

  /** Closes and opens it again from what is on disk. */
  async reopen(options: TestStoreOptions = {}): Promise<void> {
    await this.close()
    await this.#open(options)
  }

  async close(): Promise<void> {
    await this.#parts?.catalog[Symbol.asyncDispose]()
    this.#parts = undefined
  }

  /** Sends the share: genesis, checkpoint, index, and all extents. */
  async send(share: SentShare): Promise<void> {
    await this.shares.create(share.creation)
    await this.shares.putCheckpoint(share.id, share.sealed())
    await this.shares.putIndex(share.id, share.index)
    for (const [first, last] of share.extents) {
      await this.shares.putChunks(share.id, share.upload(first, last))
    }
  }

  async read(share: SentShare, start = 0, end = Infinity): Promise<Bytes> {
    const found = await this.shares.get(share.id)
    this.shares.checkServable(found)
    const span = this.shares.cutData(found, { start, end })
    const parts: Bytes[] = []
    if (span === undefined) return new Uint8Array(0)
    for await (const { bytes, release } of this.shares.readData(found, span)) {
      parts.push(bytes.slice())
      release()
    }
    return new Uint8Array(Buffer.concat(parts))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
    if (this.#isTemporary) await rm(this.folder, { recursive: true })
  }

  async #open({ limits, files, storeRoot }: TestStoreOptions): Promise<void> {
    const onFatal = (error: FatalError): void => void this.fatal.push(error)
    const root = storeRoot ?? join(this.folder, 'shares')
    const store = await DiskExtentStore.open({ root, onFatal, ...(files && { files }) })
    const catalog = await Catalog.open({ folder: join(this.folder, 'catalog'), store, onFatal })
    const allLimits = { ...defaultSeedLimits, reserveBytes: 0, ...limits }
    const nowMs = (): number => this.nowMs
    const events = new ShareEvents()
    events.onAny((event) => this.seen.push(event))
    this.#parts = {
      store,
      catalog,
      locks: new ShareLocks(),
      events,
      space: new SpaceKeeper({ store, catalog, limits: allLimits, nowMs }),
      nowMs,
      maxLifeMs: allLimits.maxLifeMs,
      key: SEED_SECRET,
      networkKey: publicKeyOf(NETWORK_SECRET),
    }
    this.#shares = new LocalShareService(this.#parts, (error) => {
      this.errors.push(error)
    })
  }
}

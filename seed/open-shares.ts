import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Catalog } from './catalog/catalog.ts'
import { exitOnFatal, type FatalError, type OnFatal } from './fatal-error.ts'
import { defaultSeedLimits, type SeedLimits } from './seed-limits.ts'
import type { SeedOptions } from './seed-options.ts'
import { LocalShareService } from './share/local-share-service.ts'
import { ShareEvents } from './share/share-events.ts'
import { ShareLocks } from './share/share-locks.ts'
import type { ShareParts } from './share/share-parts.ts'
import { SpaceKeeper } from './share/space-keeper.ts'
import { DiskExtentStore } from './store/disk-extent-store.ts'

/** Store, catalog and operations of one data folder, opened. */
export type OpenShares = AsyncDisposable &
  Readonly<{ parts: ShareParts; shares: LocalShareService; limits: SeedLimits }>

/** @throws {TransferError} FOLDER_IN_USE if another process has the folder open. */
export async function openShares(
  options: SeedOptions,
  onError: (error: unknown) => void,
): Promise<OpenShares> {
  const { dir, key, networkKey, nowMs = Date.now } = options
  const onFatal = once(options.onFatal ?? exitOnFatal)
  const limits = { ...defaultSeedLimits, ...options.limits }
  await mkdir(dir, { recursive: true, mode: 0o700 })
  const store = await DiskExtentStore.open({ root: join(dir, 'shares'), onFatal })
  const catalog = await Catalog.open({ folder: catalogFolder(dir), store, onFatal })
  const space = new SpaceKeeper({ store, catalog, limits, nowMs })
  const base = { store, catalog, space, nowMs, key, networkKey, maxLifeMs: limits.maxLifeMs }
  const parts = { ...base, locks: new ShareLocks(), events: new ShareEvents() }
  return {
    parts,
    limits,
    shares: new LocalShareService(parts, onError),
    async [Symbol.asyncDispose]() {
      await catalog[Symbol.asyncDispose]()
      await store[Symbol.asyncDispose]()
    },
  }
}

export function catalogFolder(dir: string): string {
  return join(dir, 'catalog')
}

/** What follows a fatal error says the same again. */
function once(onFatal: OnFatal): OnFatal {
  let isTold = false
  return (error: FatalError) => {
    if (isTold) return
    isTold = true
    onFatal(error)
  }
}

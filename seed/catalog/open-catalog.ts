import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { TransferError } from '../../protocol/errors.ts'
import type { ExtentStore } from '../store/extent-store.ts'
import { LevelRows, RowsCorruptError, type LevelOptions } from './level-rows.ts'
import { readShareFile } from './read-share-file.ts'
import { decodeShareRow } from './share-row.ts'

export type CatalogPlace = Omit<LevelOptions, 'hasSpace'> & Readonly<{ store: ExtentStore }>

/** What was found when the catalog was opened. */
export type CatalogOpening = Readonly<{
  rows: LevelRows
  /** The rows were made anew, because they were gone or damaged. */
  isRebuilt: boolean
  /** Share files that could not be read, and were left as they are. */
  damagedFiles: number
  shareCount: number
  storedBytes: number
}>

const READY_KEY = '!ready'
const DAMAGED_MARK = 'DAMAGED'
const MANIFEST_NAME = /^MANIFEST-\d+$/
const SPACE_BYTES_MIN = 16 * 1024 * 1024

/**
 * Opens the rows, and makes them anew from the store's files if they are gone, damaged, marked as damaged or were not
 * finished. What was there is kept beside it, once.
 *
 * @throws {TransferError} FOLDER_IN_USE, STORE_FULL; any failure leaves what is there as it is.
 */
export async function openCatalogRows(place: CatalogPlace): Promise<CatalogOpening> {
  await using unfinished = new AsyncDisposableStack()
  const { folder, store } = place
  await mkdir(folder, { recursive: true })
  const isNew = !existsSync(join(folder, 'CURRENT'))
  const found = unfinished.use(await openRows(place))
  const counts = isNew ? undefined : await countShares(found)
  if (counts !== undefined) {
    await keepAside(folder)
    unfinished.move()
    return { rows: found, isRebuilt: false, damagedFiles: 0, ...counts }
  }
  const rows = isNew ? found : unfinished.use(await openAnew(found, place))
  const files = await readShareFiles(rows, store)
  await rows.write([{ type: 'put', key: READY_KEY, value: Uint8Array.of(1) }])
  await keepAside(folder)
  unfinished.move()
  return { rows, isRebuilt: files.shareCount > 0, ...files, storedBytes: 0 }
}

async function openAnew(found: LevelRows, place: CatalogPlace): Promise<LevelRows> {
  await found[Symbol.asyncDispose]()
  await setAside(place.folder)
  return openRows(place)
}

/** Says that the rows must be made anew at the next start: LevelDB found a part of them damaged. */
export async function markDamaged(folder: string): Promise<void> {
  await writeFile(join(folder, DAMAGED_MARK), '')
}

async function openRows({ folder, store, onFatal }: CatalogPlace): Promise<LevelRows> {
  const hasSpace = async (): Promise<boolean> =>
    (await store.getSpace()).freeBytes >= SPACE_BYTES_MIN
  const open = (): Promise<LevelRows> => LevelRows.open({ folder, onFatal, hasSpace })
  try {
    const rows = await open()
    if (!existsSync(join(folder, DAMAGED_MARK))) return rows
    await rows[Symbol.asyncDispose]()
  } catch (cause) {
    // What another process works with, or what a full disk keeps from being opened, is as good as it was.
    if (cause instanceof TransferError) throw cause
    if (!(cause instanceof RowsCorruptError) && (await isComplete(folder))) throw cause
  }
  await setAside(folder)
  return open()
}

/** Of a manifest that is gone LevelDB says what it says of one that cannot be opened just now. */
async function isComplete(folder: string): Promise<boolean> {
  if (existsSync(join(folder, DAMAGED_MARK))) return false
  const current = join(folder, 'CURRENT')
  if (!existsSync(current)) return true
  const name = (await readFile(current, 'utf8')).trimEnd()
  return MANIFEST_NAME.test(name) && existsSync(join(folder, name))
}

/** Makes room for new rows, and keeps the old ones unless they are no more than what was begun in their place. */
async function setAside(folder: string): Promise<void> {
  if (existsSync(lostBeside(folder))) await rm(folder, { recursive: true })
  else await rename(folder, lostBeside(folder))
  await mkdir(folder, { recursive: true })
}

/** The rows are whole again: only now may an older loss be forgotten for the last one. */
async function keepAside(folder: string): Promise<void> {
  if (!existsSync(lostBeside(folder))) return
  await rm(`${folder}.aside`, { recursive: true, force: true })
  await rename(lostBeside(folder), `${folder}.aside`)
}

/** Where rows lie that were lost, until the new ones are whole. */
function lostBeside(folder: string): string {
  return `${folder}.lost`
}

/** @returns undefined if the rows are not all there, or not as they were written. */
async function countShares(
  rows: LevelRows,
): Promise<{ shareCount: number; storedBytes: number } | undefined> {
  const counts = { shareCount: 0, storedBytes: 0 }
  try {
    if ((await rows.get(READY_KEY)) === undefined) return undefined
    for await (const [, row] of rows.list('s')) {
      counts.shareCount += 1
      counts.storedBytes += decodeShareRow(row).storedBytes
    }
    return counts
  } catch (cause) {
    if (cause instanceof TransferError || cause instanceof RowsCorruptError) return undefined
    throw cause
  }
}

async function readShareFiles(
  rows: LevelRows,
  store: ExtentStore,
): Promise<{ shareCount: number; damagedFiles: number }> {
  const counts = { shareCount: 0, damagedFiles: 0 }
  for await (const shareId of store.listShares()) {
    const row = await readShareFile(store, shareId)
    if (row === 'damaged') counts.damagedFiles += 1
    if (row === 'damaged' || row === 'missing') continue
    await rows.write([row])
    counts.shareCount += 1
  }
  return counts
}

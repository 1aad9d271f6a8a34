import { isFileHandle } from '../file-handle.ts'
import type { PickedFile } from '../worker/messages.ts'
import { canRead } from './can-read.ts'
import { mergeNumbered } from './chosen-files.ts'

/** What came of a drop. */
export type Dropped = Readonly<{
  files: readonly PickedFile[]
  /** Paths of what the browser could not read: gone meanwhile, or not open to this person. */
  unread: readonly string[]
}>

/** Filled while the folders are walked. */
type Found = Readonly<{ files: PickedFile[]; unread: string[] }>

/** Files and folder trees that were dropped, empty folders too; what cannot be read stops nothing else. */
export async function filesOfDrop(data: DataTransfer): Promise<Dropped> {
  const items = [...data.items].filter(({ kind }) => kind === 'file')
  // All must be asked for before the first await: afterwards the browser forgets the drop.
  const drops = items.map((item) => ({
    entry: item.webkitGetAsEntry(),
    file: item.getAsFile(),
    handle: handleOf(item),
  }))
  const trees = drops.map(async ({ entry, file, handle }) => {
    const found: Found = { files: [], unread: [] }
    if (entry !== null) await walk(entry, found)
    else if (file !== null) await takeLoose(file, found)
    return entry?.isFile === true ? withHandle(found, await handle) : found
  })
  const found = await Promise.all(trees)
  const files = mergeNumbered(
    [],
    found.flatMap((tree) => tree.files),
  )
  return { files, unread: found.flatMap(({ unread }) => unread) }
}

async function handleOf(item: DataTransferItem): Promise<FileSystemHandle | undefined> {
  // Refused in some frames: the file can still be sent, and picked again to resume.
  return item.getAsFileSystemHandle?.().catch(() => undefined)
}

function withHandle({ files, unread }: Found, handle: FileSystemHandle | undefined): Found {
  if (!isFileHandle(handle)) return { files, unread }
  return { files: files.map((picked) => ({ ...picked, handle })), unread }
}

/** The browser has no entry of what is in no folder, as of another program, and of what is gone: a look tells. */
async function takeLoose(file: File, { files, unread }: Found): Promise<void> {
  if (await canRead(file)) files.push({ path: file.name, file, size: file.size })
  else unread.push(file.name)
}

async function walk(entry: FileSystemEntry, found: Found): Promise<void> {
  const path = entry.fullPath.replace(/^\//, '')
  if (isFileEntry(entry)) return takeFile(entry, path, found)
  if (!isDirectoryEntry(entry)) return undefined
  const children = await readAll(entry.createReader()).catch(() => undefined)
  if (children === undefined) found.unread.push(`${path}/`)
  if (children?.length === 0) found.files.push({ path: `${path}/`, file: undefined, size: 0 })
  // One after the other: thousands of open entries at once make Chromium fail.
  for (const child of children ?? []) await walk(child, found)
}

async function takeFile(entry: FileSystemFileEntry, path: string, found: Found): Promise<void> {
  try {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject))
    found.files.push({ path, file, size: file.size })
  } catch {
    found.unread.push(path)
  }
}

/** A reader gives at most 100 entries a call, and none once it is through. */
async function readAll(reader: FileSystemDirectoryReader): Promise<FileSystemEntry[]> {
  const all: FileSystemEntry[] = []
  for (;;) {
    const batch = await new Promise<FileSystemEntry[]>((resolve, reject) => {
      reader.readEntries(resolve, reject)
    })
    if (batch.length === 0) return all
    all.push(...batch)
  }
}

function isFileEntry(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile
}

function isDirectoryEntry(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory
}

import type { PickedFile } from '../worker/messages.ts'
import { mergeNumbered } from './chosen-files.ts'
import { pause } from './pause.ts'

/** How long a look at files may hold the page up. */
const LOOK_MS = 10

/** Files of an `<input type=file>`; with `webkitdirectory` their paths begin with the folder's name. */
export function filesOfInput(input: HTMLInputElement): Promise<PickedFile[]> {
  return lookAt([...(input.files ?? [])], (file) =>
    file.webkitRelativePath === '' ? file.name : file.webkitRelativePath,
  )
}

/** Files on the clipboard, where all pictures have the same name. */
export function filesOfPaste(data: DataTransfer): Promise<PickedFile[]> {
  return lookAt([...data.files], ({ name }) => name)
}

/** Files and folder trees that were dropped, empty folders too. */
export async function filesOfDrop(data: DataTransfer): Promise<PickedFile[]> {
  const items = [...data.items].filter(({ kind }) => kind === 'file')
  // Both must be asked for before the first await: afterwards the browser forgets the drop.
  const drops = items.map((item) => ({ entry: item.webkitGetAsEntry(), handle: handleOf(item) }))
  const trees = drops.map(async ({ entry, handle }) => {
    if (entry === null) return []
    const files = await walk(entry)
    return files.length === 1 && entry.isFile ? withHandle(files, await handle) : files
  })
  return mergeNumbered([], (await Promise.all(trees)).flat())
}

/** With pauses, because browsers ask the disk for each size: thousands take a while. */
async function lookAt(
  files: readonly File[],
  pathOf: (file: File) => string,
): Promise<PickedFile[]> {
  const picked: PickedFile[] = []
  let startMs = performance.now()
  for (const file of files) {
    picked.push({ path: pathOf(file), file, size: file.size })
    if (performance.now() - startMs < LOOK_MS) continue
    await pause()
    startMs = performance.now()
  }
  return picked
}

async function handleOf(item: DataTransferItem): Promise<FileSystemHandle | undefined> {
  // Refused in some frames: the file can still be sent, and picked again to resume.
  return item.getAsFileSystemHandle?.().catch(() => undefined)
}

function withHandle(files: PickedFile[], handle: FileSystemHandle | undefined): PickedFile[] {
  if (!(handle instanceof FileSystemFileHandle)) return files
  return files.map((picked) => ({ ...picked, handle }))
}

async function walk(entry: FileSystemEntry): Promise<PickedFile[]> {
  const path = entry.fullPath.replace(/^\//, '')
  if (isFileEntry(entry)) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject))
    return [{ path, file, size: file.size }]
  }
  if (!isDirectoryEntry(entry)) return []
  const children = await readAll(entry.createReader())
  if (children.length === 0) return [{ path: `${path}/`, file: undefined, size: 0 }]
  const files: PickedFile[] = []
  // One after the other: thousands of open entries at once make Chromium fail.
  for (const child of children) files.push(...(await walk(child)))
  return files
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

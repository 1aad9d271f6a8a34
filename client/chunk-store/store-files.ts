const FOLDER = 'chunks'

/** The files of one share in the browser's own folder: sealed chunks, and which they are. */
export function storeNames(shareId: string): { data: string; map: string } {
  return { data: `${shareId}.data`, map: `${shareId}.map` }
}

/** @throws {DOMException} Where the browser keeps nothing, such as a private window. */
export async function storeFolder(): Promise<FileSystemDirectoryHandle> {
  const root = await navigator.storage.getDirectory()
  return root.getDirectoryHandle(FOLDER, { create: true })
}

/** Removes what is kept of a share, unless another tab has it open. */
export async function removeStore(shareId: string): Promise<void> {
  try {
    const folder = await storeFolder()
    const { data, map } = storeNames(shareId)
    for (const name of [data, map]) await folder.removeEntry(name)
  } catch {
    // Nothing is there.
  }
}

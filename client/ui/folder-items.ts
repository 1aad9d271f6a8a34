/** What is drawn of a file before or after it is sent: its path in the share, ending in `/` for an empty folder. */
export type Sized = Readonly<{ path: string; sizeBytes: number }>

/** One row of a folder. */
export type FolderItem = Readonly<{
  kind: 'file' | 'folder'
  name: string
  /** A folder's ends in `/`. */
  path: string
  sizeBytes: number
  /** 1 for a file; a folder counts what lies in it at any depth. */
  fileCount: number
  /** Where in the list it is, or the first that lies in it. */
  first: number
}>

/**
 * What lies directly in a folder: its folders, then its files, each in the order of the list. One pass, because a
 * share may have a hundred thousand files.
 *
 * @param folder - Empty for the top, else ends in `/`.
 */
export function itemsOf(list: readonly Sized[], folder: string): FolderItem[] {
  const folders = new Map<string, FolderItem>()
  const files: FolderItem[] = []
  for (const [i, { path, sizeBytes }] of list.entries()) {
    if (!path.startsWith(folder) || path === folder) continue
    const slash = path.indexOf('/', folder.length)
    const name = path.slice(folder.length, slash < 0 ? undefined : slash)
    if (slash < 0) {
      files.push({ kind: 'file', name, path, sizeBytes, fileCount: 1, first: i })
      continue
    }
    const held = folders.get(name)
    const isFile = !path.endsWith('/')
    folders.set(name, {
      kind: 'folder',
      name,
      path: `${folder}${name}/`,
      sizeBytes: (held?.sizeBytes ?? 0) + sizeBytes,
      fileCount: (held?.fileCount ?? 0) + (isFile ? 1 : 0),
      first: held?.first ?? i,
    })
  }
  return [...folders.values(), ...files]
}

/** The deepest folder that all lies in: nobody wants to open folders that hold one folder. */
export function startFolder(list: readonly Sized[]): string {
  const [first, ...others] = list
  if (first === undefined) return ''
  let common = first.path.slice(0, first.path.lastIndexOf('/', first.path.length - 2) + 1)
  for (const { path } of others) {
    while (!path.startsWith(common) || path === common) {
      common = common.slice(0, common.lastIndexOf('/', common.length - 2) + 1)
    }
  }
  return common
}

/** Every file whose path has the words in it, wherever it lies. */
export function searchItems(list: readonly Sized[], words: string): FolderItem[] {
  const wanted = words.toLowerCase()
  const found: FolderItem[] = []
  for (const [i, { path, sizeBytes }] of list.entries()) {
    if (path.endsWith('/') || !path.toLowerCase().includes(wanted)) continue
    found.push({ kind: 'file', name: path, path, sizeBytes, fileCount: 1, first: i })
  }
  return found
}

/** The folders on the way to one, from the top, each with its whole path. */
export function stepsTo(folder: string): { name: string; path: string }[] {
  const names = folder.split('/').slice(0, -1)
  return names.map((name, i) => ({ name, path: `${names.slice(0, i + 1).join('/')}/` }))
}

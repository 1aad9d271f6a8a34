import { encodeUtf8 } from './bytes.ts'
import { FOLDERS_BYTES_MAX, PATH_DEPTH_MAX, SEGMENT_BYTES_MAX } from './limits.ts'
import { cutText, safeSegment, splitExtension } from './safe-segment.ts'

export type SafePathOptions = Readonly<{
  /** The target is a Windows disk, or an archive that may be unpacked on one. */
  windows?: boolean
}>

export type SafePathsOptions = SafePathOptions &
  Readonly<{
    /** Whether the target tells names apart that differ in case or Unicode form only. */
    twins: 'keep' | 'rename'
  }>

/** Stands where nothing of a path was left. */
const UNNAMED = 'unnamed'
const DRIVE = /^[A-Za-z]:$/
/** Room for a number behind a name: there are at most INDEX_ENTRIES_MAX of one name. */
const NUMBER_BYTES = ' (100001)'.length

/**
 * Makes a path of an index safe before it touches a disk or a page. Whoever sends a share chooses its paths.
 *
 * Changed everywhere, because a file travels on from the first disk:
 * - `.`, `..` and empty segments, a leading `/` and a leading drive letter are left out;
 * - backslash, control characters (NUL, line ends), bidirectional marks and lone surrogates become `_`;
 * - names of Windows devices (`CON`, `nul.txt`) get a `_` before them;
 * - a segment over SEGMENT_BYTES_MAX bytes is cut before its extension, never inside a character;
 * - below PATH_DEPTH_MAX levels, or FOLDERS_BYTES_MAX bytes of folders, files move up.
 *
 * Changed only for `windows`, because elsewhere they are ordinary: `< > : " | ? *` become `_`, dots and spaces
 * at the end of a segment are left out. All else comes through as it is, in whatever Unicode form.
 *
 * @returns Segments joined by `/`, at least one. What ends in `/` (a folder) still does. A safe path is
 * returned as it is.
 */
export function safePath(path: string, { windows = false }: SafePathOptions = {}): string {
  const named = path.split('/').filter((segment) => !['', '.', '..'].includes(segment))
  const start = named.findIndex((segment) => !DRIVE.test(segment))
  const segments = start < 0 ? [UNNAMED] : named.slice(start)
  const safe = flatten(segments.map((segment) => safeSegment(segment, windows)))
  return `${safe.join('/')}${path.endsWith('/') ? '/' : ''}`
}

/**
 * Makes all paths of an index safe, and different from each other: of several that end up the same, the first
 * keeps its name and the others become `name (2).txt`, `name (3).txt`. A file that stands where another path
 * needs a folder is renamed too. No file is renamed for the sake of a renamed one.
 *
 * @returns As many paths, in the same order. Given its own result it changes nothing.
 */
export function safePaths(paths: readonly string[], options: SafePathsOptions): string[] {
  const safe = paths.map((path) => safePath(path, options))
  const names = new NameTable(safe, options.twins === 'keep' ? (path) => path : fold)
  // All that keep their name go first, so that no number is given that is somebody's name.
  const isKept = safe.map((path) => names.claim(path))
  return safe.map((path, i) => (isKept[i] === true ? path : names.number(path)))
}

/** Keeps the name of the file and as many folders, from the top, as there is room for. */
function flatten(segments: readonly string[]): string[] {
  let bytes = 0
  const folders = segments.slice(0, -1).filter((folder, depth) => {
    bytes += encodeUtf8(folder).length + 1
    return depth < PATH_DEPTH_MAX - 1 && bytes <= FOLDERS_BYTES_MAX
  })
  return [...folders, ...segments.slice(-1)]
}

/** Equal for paths that some disk takes for the same. Lower before upper: so no letter depends on the next. */
function fold(path: string): string {
  return path.normalize('NFD').toLowerCase().toUpperCase().normalize('NFD')
}

/** Which names are taken, by files and by folders. */
class NameTable {
  readonly #fold: (path: string) => string
  /** Sorted, so that whatever lies in a folder stands together: no list of all folders is needed. */
  readonly #keys: readonly string[]
  readonly #taken = new Set<string>()
  /** By name without number: the next number to try. */
  readonly #next = new Map<string, number>()

  constructor(paths: readonly string[], foldPath: (path: string) => string) {
    this.#fold = foldPath
    this.#keys = paths.map((path) => foldPath(path)).toSorted()
  }

  /** Takes the path as it is. @returns false if it is taken, or a file where there must be a folder. */
  claim(path: string): boolean {
    const key = this.#fold(path)
    if (this.#taken.has(key) || (!key.endsWith('/') && this.#isFolder(key))) return false
    this.#taken.add(key)
    return true
  }

  /** Takes the path with the lowest free number. */
  number(path: string): string {
    const slash = path.endsWith('/') ? '/' : ''
    const { folder, stem, end } = splitPath(path)
    const nameKey = this.#fold(`${folder}${stem}/${end}`)
    for (let number = this.#next.get(nameKey) ?? 2; ; number += 1) {
      const candidate = `${folder}${stem} (${number})${end}`
      if (this.#isFree(candidate)) {
        this.#next.set(nameKey, number + 1)
        this.#taken.add(this.#fold(candidate + slash))
        return candidate + slash
      }
    }
  }

  #isFree(path: string): boolean {
    const key = this.#fold(path)
    return !this.#taken.has(key) && !this.#taken.has(`${key}/`) && !this.#isFolder(key)
  }

  /** True if a path lies below `key`: then the first one not before `key/` does. */
  #isFolder(key: string): boolean {
    const prefix = `${key}/`
    let low = 0
    let high = this.#keys.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#keys[middle] ?? '') < prefix) low = middle + 1
      else high = middle
    }
    return this.#keys[low]?.startsWith(prefix) ?? false
  }
}

/** Splits off the last segment, its stem cut as far as any number needs, so that numbering is linear. */
function splitPath(path: string): { folder: string; stem: string; end: string } {
  const whole = path.replace(/\/$/, '')
  const start = whole.lastIndexOf('/') + 1
  const [stem, end] = path === whole ? splitExtension(whole.slice(start)) : [whole.slice(start), '']
  const room = SEGMENT_BYTES_MAX - NUMBER_BYTES - encodeUtf8(end).length
  return { folder: whole.slice(0, start), stem: cutText(stem, room), end }
}

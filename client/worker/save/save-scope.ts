import { totalBytesOf, type ShareIndex } from '../../../protocol/share-index.ts'
import type { SaveTarget } from '../messages.ts'

/** A share as saves see it. */
export type Saveable = Readonly<{
  index: ShareIndex
  /** Safe on every system, one an entry. */
  paths: readonly string[]
  /** What the share is called. */
  title: string
}>

/** What of a share one save is of, and what it is called. */
export type SaveScope = Readonly<{
  /** Their places in the index, in its order. */
  entries: readonly number[]
  /** Bytes of files. */
  totalBytes: number
  title: string
}>

export function scopeOf(target: SaveTarget, share: Saveable): SaveScope {
  const entries = entriesOf(target, share.paths)
  const totalBytes = totalBytesOf(entries.flatMap((entry) => share.index[entry] ?? []))
  return { entries, totalBytes, title: titleOf(target, share) }
}

function entriesOf(target: SaveTarget, paths: readonly string[]): number[] {
  if (target.kind === 'file') return [target.entry]
  const folder = target.kind === 'zip' ? target.folder : ''
  return paths.flatMap((path, entry) => (path.startsWith(folder) ? [entry] : []))
}

function titleOf(target: SaveTarget, { paths, title }: Saveable): string {
  if (target.kind === 'file') return paths[target.entry] ?? ''
  if (target.kind === 'folder') return title
  // A share of one empty folder is called by its path, which ends in `/` as well.
  const name = (target.folder === '' ? title : target.folder).split('/').findLast(isNamed)
  return `${name ?? 'files'}.zip`
}

function isNamed(segment: string): boolean {
  return segment !== ''
}

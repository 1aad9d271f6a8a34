import type { PickedFile } from '../worker/messages.ts'
import { canRead } from './can-read.ts'

/**
 * Adds files to those chosen before. Others under a name that is taken are numbered, as all pasted pictures have one
 * name, and those of two cameras do; only what is the same file as one chosen before takes its place.
 */
export function mergeNumbered(
  before: readonly PickedFile[],
  added: readonly PickedFile[],
): PickedFile[] {
  const chosen = new Map(before.map((picked) => [picked.path, picked]))
  const same = Map.groupBy(before, identityOf)
  for (const picked of added) {
    // Each is the same as one file at most: a second one like it is another.
    const again = same.get(identityOf(picked))?.shift()
    const path = again?.path ?? freeName(picked.path, chosen)
    chosen.set(path, { ...picked, path })
  }
  return [...chosen.values()]
}

/**
 * Those chosen before that are in the way of others of the same names, and cannot be read any more: a file that was
 * edited and chosen again is there once, as it is now.
 */
export async function outdatedBy(
  before: readonly PickedFile[],
  added: readonly PickedFile[],
): Promise<ReadonlySet<PickedFile>> {
  const known = new Set(before.map(identityOf))
  const again = new Set(added.map(identityOf))
  const news = added.filter((picked) => !known.has(identityOf(picked)))
  const coming = Map.groupBy(news, nameOf)
  const outdated = new Set<PickedFile>()
  for (const picked of before) {
    const rivals = coming.get(nameOf(picked)) ?? []
    if (picked.file === undefined || rivals.length === 0 || again.has(identityOf(picked))) continue
    if (await canRead(picked.file)) continue
    // One that comes takes the place of one.
    rivals.pop()
    outdated.add(picked)
  }
  return outdated
}

/** What stays as it is while a file is numbered; of an empty folder, there is one of each path. */
function identityOf(picked: PickedFile): string {
  const { file, size } = picked
  return file === undefined
    ? nameOf(picked)
    : JSON.stringify([nameOf(picked), size, file.lastModified])
}

/** As it was called before it was numbered. */
function nameOf({ path, file }: PickedFile): string {
  return file === undefined ? path : path.slice(0, path.lastIndexOf('/') + 1) + file.name
}

function freeName(path: string, taken: ReadonlyMap<string, PickedFile>): string {
  if (!taken.has(path)) return path
  const dot = path.lastIndexOf('.')
  // Neither a folder's nor the one that a hidden file starts with.
  const hasEnding = dot > path.lastIndexOf('/') + 1
  const [stem, ending] = hasEnding ? [path.slice(0, dot), path.slice(dot)] : [path, '']
  for (let number = 2; ; number += 1) {
    const candidate = `${stem} (${number})${ending}`
    if (!taken.has(candidate)) return candidate
  }
}

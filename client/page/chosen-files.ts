import type { PickedFile } from '../worker/messages.ts'

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

/** What stays as it is while a file is numbered; of an empty folder, there is one of each path. */
function identityOf({ path, file, size }: PickedFile): string {
  if (file === undefined) return path
  const folder = path.slice(0, path.lastIndexOf('/') + 1)
  return JSON.stringify([folder, file.name, size, file.lastModified])
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

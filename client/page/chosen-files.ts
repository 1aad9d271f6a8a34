import type { PickedFile } from '../worker/messages.ts'

/** Adds picked files to those chosen before; the same path again replaces the older one. */
export function mergePicked(
  before: readonly PickedFile[],
  added: readonly PickedFile[],
): PickedFile[] {
  const byPath = new Map([...before, ...added].map((picked) => [picked.path, picked]))
  return [...byPath.values()]
}

/**
 * Adds files that may share a name though they are others, as all pasted pictures do: later ones are numbered. Only
 * what is the same file as one chosen before takes its place.
 */
export function mergeNumbered(
  before: readonly PickedFile[],
  added: readonly PickedFile[],
): PickedFile[] {
  const chosen = new Map(before.map((picked) => [picked.path, picked]))
  const taken = new Set(chosen.keys())
  const numbered = added.map((picked) => {
    const isAgain = isSameFile(chosen.get(picked.path), picked)
    const path = isAgain ? picked.path : freeName(picked.path, taken)
    // It is the same as one file, and a second one like it is another.
    chosen.delete(path)
    taken.add(path)
    return { ...picked, path }
  })
  return mergePicked(before, numbered)
}

function isSameFile(one: PickedFile | undefined, other: PickedFile): boolean {
  if (one?.file === undefined || other.file === undefined) return false
  return one.size === other.size && one.file.lastModified === other.file.lastModified
}

function freeName(path: string, taken: ReadonlySet<string>): string {
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

import { lstat, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { safePaths } from '../../protocol/safe-path.ts'
import type { ShareIndex } from '../../protocol/share-index.ts'
import { isSystemError } from './durable-file.ts'

/**
 * What each entry is called on the disk of `folder`: safe, and different from all others there.
 *
 * @param folder - It exists, and probes may be written to it.
 */
export async function saveNames(folder: string, index: ShareIndex): Promise<string[]> {
  const twins = (await tellsTwinsApart(folder)) ? 'keep' : 'rename'
  const paths = index.map(({ path }) => path)
  return safePaths(paths, { windows: process.platform === 'win32', twins })
}

/** The names that stand in the target folder itself. */
export function topNames(paths: readonly string[]): string[] {
  return [...new Set(paths.map((path) => topName(path)))]
}

/** The part of a path that stands in the target folder itself. */
export function topName(path = ''): string {
  return path.split('/')[0] ?? path
}

/** Whether the disk knows names apart that differ in case or Unicode form only: it is asked, not guessed. */
async function tellsTwinsApart(folder: string): Promise<boolean> {
  const probe = join(folder, 'Probe-\u00E9')
  await writeFile(probe, '')
  try {
    const twins = ['pROBE-\u00E9', 'Probe-e\u0301'].map((name) => exists(join(folder, name)))
    return !(await Promise.all(twins)).includes(true)
  } finally {
    await rm(probe, { force: true })
  }
}

/** True if something stands there: a link to nothing, too. */
export async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path)
    return true
  } catch (cause) {
    if (isSystemError(cause, 'ENOENT')) return false
    throw cause
  }
}

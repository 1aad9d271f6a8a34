import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { isSystemError } from './durable-file.ts'

/**
 * Makes a folder, with those above it that are missing, one by one: `recursive` of Node's own tries for ever where
 * a folder exists and nothing can be made in it, such as /proc.
 *
 * @param mode - Of each that is made.
 */
export async function makeFolders(path: string, mode = 0o777): Promise<void> {
  try {
    await makeFolder(path, mode)
  } catch (cause) {
    const above = dirname(path)
    if (!isSystemError(cause, 'ENOENT') || above === path) throw cause
    await makeFolders(above, mode)
    await makeFolder(path, mode)
  }
}

async function makeFolder(path: string, mode: number): Promise<void> {
  try {
    await mkdir(path, { mode })
  } catch (cause) {
    if (!(await isFolder(path))) throw cause
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch {
    // What stands in the way is said by whoever could not make it.
    return false
  }
}

import { randomBytes } from 'node:crypto'
import { link, open, rename, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'

// Keys and memberships are no one else's business.
const FILE_MODE = 0o600

/** Replaces a file as a whole: after any crash it holds the old text or the new one. */
export async function replaceFile(path: string, text: string): Promise<void> {
  // One name for all tries: a crash leaves at most one of them behind. Only the folder's owner writes here.
  const draft = `${path}.tmp`
  await writeDraft(draft, text)
  await rename(draft, path)
  await syncFolder(dirname(path))
}

/**
 * Creates a file with all of its text, or not at all.
 *
 * @returns false if something of that name is there: it stays as it is.
 */
export async function createFile(path: string, text: string): Promise<boolean> {
  const draft = `${path}.${randomBytes(6).toString('hex')}.tmp`
  await writeDraft(draft, text)
  try {
    // Unlike a rename, a link never replaces what another process wrote in the meantime.
    await link(draft, path)
  } catch (error) {
    if (isSystemError(error, 'EEXIST')) return false
    throw error
  } finally {
    await unlink(draft)
  }
  await syncFolder(dirname(path))
  return true
}

/** True for a failure of the operating system with that code, such as ENOENT. */
export function isSystemError(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}

async function writeDraft(path: string, text: string): Promise<void> {
  await using file = await open(path, 'w', FILE_MODE)
  await file.writeFile(text)
  await file.sync()
}

async function syncFolder(path: string): Promise<void> {
  await using folder = await open(path, 'r')
  await folder.sync()
}

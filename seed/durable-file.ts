import { randomBytes } from 'node:crypto'
import { link, open, rename, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Bytes } from '../protocol/bytes.ts'
import { codeOf } from './store/disk-guard.ts'

// Keys and memberships are no one else's business.
const FILE_MODE = 0o600

/** Replaces a small file as a whole: after any crash it holds the old content or the new one. */
export async function replaceFile(path: string, content: string | Bytes): Promise<void> {
  const draft = `${path}.tmp`
  await writeSynced(draft, content)
  await rename(draft, path)
  await syncFolder(dirname(path))
}

/** Creates a small file with all of its content. What is there already stays as it is. */
export async function createFile(path: string, content: string | Bytes): Promise<void> {
  const draft = `${path}.${randomBytes(6).toString('hex')}.tmp`
  await writeSynced(draft, content)
  try {
    // Unlike a rename, a link never replaces what another process wrote in the meantime.
    await link(draft, path)
  } catch (cause) {
    if (codeOf(cause) !== 'EEXIST') throw cause
  } finally {
    await unlink(draft)
  }
  await syncFolder(dirname(path))
}

async function writeSynced(path: string, content: string | Bytes): Promise<void> {
  await using file = await open(path, 'w', FILE_MODE)
  await file.writeFile(content)
  await file.sync()
}

async function syncFolder(path: string): Promise<void> {
  await using folder = await open(path, 'r')
  await folder.sync()
}

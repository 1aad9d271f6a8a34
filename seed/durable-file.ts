import { open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Bytes } from '../protocol/bytes.ts'

// Keys and memberships are no one else's business.
const FILE_MODE = 0o600

/** Replaces a small file as a whole: after any crash it holds the old content or the new one. */
export async function replaceFile(path: string, content: string | Bytes): Promise<void> {
  const draft = `${path}.tmp`
  await writeSynced(draft, content)
  await rename(draft, path)
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

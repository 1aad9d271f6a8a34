import { randomBytes } from 'node:crypto'
import { open, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Secrets may stand in it. */
const FILE_MODE = 0o600

/** Replaces a file as a whole: after any crash it holds the old text or the new one. */
export async function replaceFile(path: string, text: string): Promise<void> {
  await replaceWith(path, async (draft) => {
    await using file = await open(draft, 'w', FILE_MODE)
    await file.writeFile(text)
    await file.sync()
  })
  await using folder = await open(dirname(path), 'r')
  await folder.sync()
}

/** As `replaceFile`, but a power cut may lose the newest text, or all of it. The end of this process does not. */
export async function replaceQuickly(path: string, text: string): Promise<void> {
  await replaceWith(path, (draft) => writeFile(draft, text, { mode: FILE_MODE }))
}

/** Each draft has a name of its own: several commands may replace the same file at once, and one of them wins. */
async function replaceWith(path: string, write: (draft: string) => Promise<void>): Promise<void> {
  const draft = `${path}.${randomBytes(6).toString('hex')}.tmp`
  try {
    await write(draft)
    await rename(draft, path)
  } catch (cause) {
    await rm(draft, { force: true })
    throw cause
  }
}

/** True for a failure of the operating system with that code, such as ENOENT. */
export function isSystemError(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}

import { open, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Secrets may stand in it. */
const FILE_MODE = 0o600

/** Replaces a file as a whole: after any crash it holds the old text or the new one. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const draft = `${path}.tmp`
  await using file = await open(draft, 'w', FILE_MODE)
  await file.writeFile(text)
  await file.sync()
  await rename(draft, path)
  await using folder = await open(dirname(path), 'r')
  await folder.sync()
}

/** As `replaceFile`, but a power cut may lose the newest text, or all of it. The end of this process does not. */
export async function replaceQuickly(path: string, text: string): Promise<void> {
  const draft = `${path}.tmp`
  await writeFile(draft, text, { mode: FILE_MODE })
  await rename(draft, path)
}

/** True for a failure of the operating system with that code, such as ENOENT. */
export function isSystemError(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}

import { link, lstat, mkdir, readdir, rename, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { isSystemError } from './durable-file.ts'
import { targetExists } from './disk-fault.ts'
import { exists } from './save-names.ts'

type Move = Readonly<{ from: string; to: string; next: string }>

/**
 * Moves finished entries to where the person wants them, without ever replacing anything. What was moved by an
 * earlier try that died is no longer in `from`, and counts as moved.
 *
 * @param names - In the top of both folders.
 * @param next - What to do when one of them exists.
 * @throws {TransferError} TARGET_EXISTS
 */
export async function placeEntries(
  { from, to }: Readonly<{ from: string; to: string }>,
  names: readonly string[],
  next: string,
): Promise<void> {
  for (const name of names) {
    const move = { from: join(from, name), to: join(to, name), next }
    if (!(await exists(move.from))) continue
    if ((await lstat(move.from)).isDirectory()) await placeFolder(move)
    else await placeFile(move)
  }
}

/** A second name, and then the first is taken away: unlike a rename, this cannot replace a file. */
async function placeFile({ from, to, next }: Move): Promise<void> {
  try {
    await link(from, to)
  } catch (cause) {
    if (isSystemError(cause, 'EEXIST')) {
      if (!(await isSame(from, to))) throw targetExists(to, next)
    } else if (canLink(cause)) throw cause
    else {
      // Disks without second names: the best there is.
      if (await exists(to)) throw targetExists(to, next)
      await rename(from, to)
      return
    }
  }
  await unlink(from)
}

/** An empty folder takes the name, and only an empty one can be renamed over. */
async function placeFolder({ from, to, next }: Move): Promise<void> {
  try {
    await mkdir(to)
  } catch (cause) {
    if (!isSystemError(cause, 'EEXIST')) throw cause
    // An earlier try may have died between the two steps.
    if (!(await isEmptyFolder(to))) throw targetExists(to, next)
  }
  try {
    await rename(from, to)
  } catch (cause) {
    if (isSystemError(cause, 'ENOTEMPTY') || isSystemError(cause, 'EEXIST')) {
      throw targetExists(to, next)
    }
    throw cause
  }
}

async function isSame(a: string, b: string): Promise<boolean> {
  const [one, other] = await Promise.all([lstat(a), lstat(b)])
  return one.ino === other.ino && one.dev === other.dev
}

async function isEmptyFolder(path: string): Promise<boolean> {
  const found = await lstat(path)
  return found.isDirectory() && (await readdir(path)).length === 0
}

function canLink(cause: unknown): boolean {
  return !['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EXDEV'].some((code) =>
    isSystemError(cause, code),
  )
}

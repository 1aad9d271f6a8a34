import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { isSystemError } from './durable-file.ts'

/** Locks held in this process: two sends in one process must not share a journal either. */
const held = new Set<string>()

/**
 * Takes a name for this process until disposed of. Each process writes a lock of its own and then looks for
 * others: of two that come at once both may turn away, and never both go in. A lock of a dead process counts for
 * nothing.
 *
 * @param path - Locks are files of this name with `.<pid>.lock` behind it.
 * @returns undefined if another process that lives holds it.
 */
export async function tryLock(path: string): Promise<AsyncDisposable | undefined> {
  if (held.has(path)) return undefined
  held.add(path)
  const own = `${path}.${process.pid}.lock`
  const release = async (): Promise<void> => {
    held.delete(path)
    await rm(own, { force: true })
  }
  try {
    await writeFile(own, (await birthOf(process.pid)) ?? '', { mode: 0o600 })
    if (!(await hasOther(path, own))) return { [Symbol.asyncDispose]: release }
  } catch (cause) {
    await release()
    throw cause
  }
  await release()
  return undefined
}

async function hasOther(path: string, own: string): Promise<boolean> {
  const folder = dirname(path)
  for (const name of await readdir(folder)) {
    const match = /\.(\d+)\.lock$/.exec(name)
    const lock = join(folder, name)
    const isOfPath = match !== null && name === `${basename(path)}.${match[1]}.lock`
    if (!isOfPath || lock === own) continue
    const birth = await readText(lock)
    if (birth !== undefined && birth === (await birthOf(Number(match[1])))) return true
    await rm(lock, { force: true })
  }
  return false
}

/**
 * A word that differs for any two processes of one number, undefined for a process that is no more. Linux knows
 * when each was started; elsewhere the number has to do.
 */
async function birthOf(pid: number): Promise<string | undefined> {
  if (process.platform !== 'linux') return isRunning(pid) ? 'running' : undefined
  const stat = await readText(`/proc/${pid}/stat`)
  // proc(5): what follows the name in parentheses is the state (field 3) … and the start (field 22).
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? []
  return fields[0] === 'Z' ? undefined : fields[19]
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return isSystemError(error, 'EPERM')
  }
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (isSystemError(error, 'ENOENT') || isSystemError(error, 'ESRCH')) return undefined
    throw error
  }
}

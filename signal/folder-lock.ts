import { randomBytes } from 'node:crypto'
import { link, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import { TransferError } from '../protocol/errors.ts'
import { createFile, isSystemError } from './durable-file.ts'

/** Who holds a folder: the process, and when it was started, because numbers of processes come again. */
type Holder = Readonly<{ pid: number; birth: string }>

const holderSchema = v.object({ pid: v.pipe(v.number(), v.integer()), birth: v.string() })
const TRIES = 3

/**
 * Takes a folder for this process until the lock is disposed of. A lock left by a process that is no more
 * counts for nothing. Two containers that share a folder do not see each other's processes: there, whoever
 * mounts it has to see to it.
 *
 * @throws {TransferError} FOLDER_IN_USE
 */
export async function lockFolder(dir: string): Promise<AsyncDisposable> {
  const path = join(dir, 'lock')
  const text = JSON.stringify({ pid: process.pid, birth: await birthOf(process.pid) })
  for (let tries = 0; tries < TRIES; tries += 1) {
    if (await createFile(path, text))
      return { [Symbol.asyncDispose]: () => rm(path, { force: true }) }
    const held = await readText(path)
    const holder = parseHolder(held)
    if (holder !== undefined && (await birthOf(holder.pid)) === holder.birth) {
      throw inUse(dir, ` by process ${holder.pid}`)
    }
    await removeStale(path, held)
  }
  throw inUse(dir, '')
}

/** Of two processes that found the same stale lock, the second must not remove the first one's new lock. */
async function removeStale(path: string, stale: string | undefined): Promise<void> {
  const aside = `${path}.${randomBytes(6).toString('hex')}.tmp`
  try {
    await rename(path, aside)
    if ((await readText(aside)) !== stale) await link(aside, path)
  } catch (error) {
    // Somebody else was faster: the next try sees what is there now.
    if (!isSystemError(error, 'ENOENT') && !isSystemError(error, 'EEXIST')) throw error
  } finally {
    await rm(aside, { force: true })
  }
}

/**
 * A word that differs for any two processes of one number, undefined for a process that is no more. Linux knows
 * when each was started; elsewhere the number has to do.
 */
async function birthOf(pid: number): Promise<string | undefined> {
  if (process.platform !== 'linux') return isRunning(pid) ? 'running' : undefined
  const boot = await readText('/proc/sys/kernel/random/boot_id')
  const stat = await readText(`/proc/${pid}/stat`)
  // proc(5): what follows the name in parentheses is the state (field 3) … and the start (field 22).
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? []
  const [state, start] = [fields[0], fields[19]]
  // A zombie holds nothing any more.
  if (start === undefined || state === 'Z') return undefined
  return `${boot?.trim()} ${start}`
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return isSystemError(error, 'EPERM')
  }
}

function parseHolder(text: string | undefined): Holder | undefined {
  try {
    const result = v.safeParse(holderSchema, JSON.parse(text ?? ''))
    return result.success ? result.output : undefined
  } catch {
    // Cut off by a crash of the machine, whose processes are gone too.
    return undefined
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

function inUse(dir: string, by: string): TransferError {
  const message = `The folder ${dir} is in use${by}. Stop that one first, or choose another folder with --dir.`
  return new TransferError('FOLDER_IN_USE', message)
}

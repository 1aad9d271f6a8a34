import { randomBytes } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { assert, TransferError } from '../../protocol/errors.ts'
import { diskFault } from './disk-fault.ts'
import { tryLock } from './process-lock.ts'

/** What came from standard input, as a file: a share's sizes are fixed before its first chunk is sealed. */
export class Spool implements AsyncDisposable {
  readonly path: string
  readonly #folder: string
  readonly #lock: AsyncDisposable

  private constructor(folder: string, name: string, lock: AsyncDisposable) {
    this.path = join(folder, name)
    this.#folder = folder
    this.#lock = lock
  }

  /**
   * Takes all of `input` to a disk, in a folder that is gone afterwards.
   *
   * @param dir - An existing folder on a disk, not in memory.
   * @param name - What the file is called in the share.
   * @throws {TransferError} DISK_FULL, FILE_UNREADABLE, STOPPED
   */
  static async take(
    input: Readable,
    { dir, name, signal }: { dir: string; name: string; signal: AbortSignal },
  ): Promise<Spool> {
    await using stack = new AsyncDisposableStack()
    try {
      await removeLeftovers(dir)
      const folder = join(dir, randomBytes(8).toString('hex'))
      const lock = await tryLock(folder)
      assert(lock !== undefined, 'a new name to be free')
      const spool = stack.use(new Spool(folder, name, lock))
      await mkdir(folder, { mode: 0o700 })
      await pipeline(input, createWriteStream(spool.path, { mode: 0o600 }), { signal })
      stack.move()
      return spool
    } catch (cause) {
      if (signal.aborted) {
        const message = 'Stopped before all of the input was read. Nothing was sent.'
        throw new TransferError('STOPPED', message, { cause })
      }
      throw diskFault(cause, dir, 'Nothing was sent.')
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true })
    await this.#lock[Symbol.asyncDispose]()
  }
}

/** Of processes that were killed. */
async function removeLeftovers(dir: string): Promise<void> {
  const folders = await readdir(dir, { withFileTypes: true })
  for (const { name } of folders.filter((entry) => entry.isDirectory())) {
    await using lock = await tryLock(join(dir, name))
    if (lock !== undefined) await rm(join(dir, name), { recursive: true, force: true })
  }
}

import { lstat, open, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import { TransferError } from '../../protocol/errors.ts'
import type { ShareId } from '../../protocol/share-id.ts'
import { targetExists } from './disk-fault.ts'
import { isSystemError, replaceFile } from './durable-file.ts'
import { makeFolders } from './make-folders.ts'
import { tryLock } from './process-lock.ts'

/** A file that was saved: its place in the index, and what it hashes to. */
export type SavedFile = Readonly<{ entry: number; sha256: string }>

const finishedSchema = v.object({
  shareId: v.string(),
  files: v.array(v.object({ entry: v.number(), sha256: v.string() })),
})

/** How many digits of the share's id name its work folder. */
const NAME_DIGITS = 16

/**
 * Where a share lies while it is being received: inside the target folder, so that finishing is a rename. One
 * process at a time; what it leaves behind is what the next one goes on with.
 */
export class WorkFolder implements AsyncDisposable {
  readonly path: string
  readonly #shareId: ShareId
  readonly #lock: AsyncDisposable

  private constructor(path: string, shareId: ShareId, lock: AsyncDisposable) {
    this.path = path
    this.#shareId = shareId
    this.#lock = lock
  }

  /**
   * @param target - Made if need be.
   * @throws {TransferError} FOLDER_IN_USE if another process receives this share there, TARGET_EXISTS if
   *   something else has its name.
   */
  static async open(target: string, shareId: ShareId): Promise<WorkFolder> {
    const path = join(target, `.skerry-${shareId.slice(0, NAME_DIGITS)}`)
    await makeFolders(target)
    await makeFolders(path, 0o700)
    if (!(await lstat(path)).isDirectory()) {
      throw targetExists(path, 'Remove it, or choose another folder with -o.')
    }
    await makeFolders(join(path, 'files'))
    const lock = await tryLock(join(path, 'get'))
    if (lock !== undefined) return new WorkFolder(path, shareId, lock)
    const message = `Another process is receiving this share into ${target}. Let it finish, or stop it.`
    throw new TransferError('FOLDER_IN_USE', message)
  }

  /** Where the files lie until all are complete. */
  get files(): string {
    return join(this.path, 'files')
  }

  get claims(): string {
    return join(this.path, 'claims')
  }

  /** The files of a share that was complete when the last run died; undefined if it was not. */
  async finished(): Promise<readonly SavedFile[] | undefined> {
    try {
      const text = await readFile(this.#finishedPath, 'utf8')
      const { shareId, files } = v.parse(finishedSchema, JSON.parse(text))
      return shareId === this.#shareId ? files : undefined
    } catch (cause) {
      if (isSystemError(cause, 'ENOENT') || cause instanceof SyntaxError) return undefined
      if (cause instanceof v.ValiError) return undefined
      throw cause
    }
  }

  /** From now on all is verified and durable here; only the move is left. */
  async finish(files: readonly SavedFile[]): Promise<void> {
    await replaceFile(this.#finishedPath, JSON.stringify({ shareId: this.#shareId, files }))
  }

  /** Takes it away, when all is moved. */
  async remove(): Promise<void> {
    await rm(this.path, { recursive: true, force: true })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#lock[Symbol.asyncDispose]()
  }

  get #finishedPath(): string {
    return join(this.path, 'finished.json')
  }
}

/** Makes what stands in a folder survive a power cut. Systems without that promise refuse it. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return
  await using folder = await open(path, 'r')
  await folder.sync()
}

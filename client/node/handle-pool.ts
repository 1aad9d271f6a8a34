import { constants } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { isSystemError } from './durable-file.ts'
import { makeFolders } from './make-folders.ts'

type Pooled = { readonly handle: Promise<FileHandle>; users: number }

const IDLE_MAX = 64
// Never through a link: whoever put one there wants us to write elsewhere.
const FLAGS = constants.O_RDWR | (constants.O_NOFOLLOW ?? 0)

/** Open files, the least recently used closed first: a share has more files than a process may open. */
export class HandlePool implements AsyncDisposable {
  readonly #pathOf: (entry: number) => string
  /** In order of use. */
  readonly #pooled = new Map<number, Pooled>()
  readonly #folders = new Map<string, Promise<unknown>>()
  #isOver = false

  constructor(pathOf: (entry: number) => string) {
    this.#pathOf = pathOf
  }

  /** Opens the file, makes it if need be, and keeps it open for a while. */
  async use<Result>(entry: number, use: (handle: FileHandle) => Promise<Result>): Promise<Result> {
    const pooled = this.#pooled.get(entry) ?? { handle: this.#open(entry), users: 0 }
    this.#pooled.delete(entry)
    this.#pooled.set(entry, pooled)
    pooled.users += 1
    try {
      return await use(await this.#opened(entry, pooled))
    } finally {
      pooled.users -= 1
      await this.#closeIdle()
    }
  }

  /** The same, but makes nothing. @returns undefined if it is not there, or the pool is over. */
  async useFound<Result>(
    entry: number,
    use: (handle: FileHandle) => Promise<Result>,
  ): Promise<Result | undefined> {
    // Whoever writes it meanwhile opens it without this.
    const found = this.#pooled.has(entry) ? undefined : await openFound(this.#pathOf(entry))
    const isNeeded = found !== undefined && !this.#isOver && !this.#pooled.has(entry)
    if (isNeeded) this.#pooled.set(entry, { handle: Promise.resolve(found), users: 0 })
    else await found?.close()
    return this.#pooled.has(entry) ? this.use(entry, use) : undefined
  }

  /** Closes the file, once nobody uses it. */
  async close(entry: number): Promise<void> {
    const pooled = this.#pooled.get(entry)
    if (pooled === undefined || pooled.users > 0) return
    this.#pooled.delete(entry)
    await closeHandle(pooled)
  }

  /** Makes a folder with those above it, once. */
  makeFolder(path: string): Promise<unknown> {
    const made = this.#folders.get(path) ?? makeFolders(path)
    this.#folders.set(path, made)
    return made
  }

  /** Every folder that was made here. */
  get folders(): readonly string[] {
    return [...this.#folders.keys()]
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true
    const all = [...this.#pooled.values()]
    this.#pooled.clear()
    await Promise.all(all.map((pooled) => closeHandle(pooled)))
  }

  async #open(entry: number): Promise<FileHandle> {
    const path = this.#pathOf(entry)
    await this.makeFolder(dirname(path))
    return open(path, FLAGS | constants.O_CREAT)
  }

  /** What could not be opened now is opened anew for whoever comes next. */
  async #opened(entry: number, pooled: Pooled): Promise<FileHandle> {
    try {
      return await pooled.handle
    } catch (cause) {
      if (this.#pooled.get(entry) === pooled) this.#pooled.delete(entry)
      throw cause
    }
  }

  async #closeIdle(): Promise<void> {
    if (this.#pooled.size <= IDLE_MAX) return
    for (const [entry, { users }] of this.#pooled) {
      if (users > 0) continue
      await this.close(entry)
      return
    }
  }
}

async function openFound(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, FLAGS)
  } catch (cause) {
    if (isSystemError(cause, 'ENOENT')) return undefined
    throw cause
  }
}

/** What could not be opened need not be closed; whoever opened it was told. */
async function closeHandle({ handle }: Pooled): Promise<void> {
  const opened = await handle.catch(() => undefined)
  await opened?.close()
}

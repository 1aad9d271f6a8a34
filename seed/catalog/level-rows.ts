import { dirname } from 'node:path'
import { Level } from 'level'
import type { Bytes } from '../../protocol/bytes.ts'
import { TransferError } from '../../protocol/errors.ts'
import { FatalError, type OnFatal } from '../fatal-error.ts'

export type RowChange =
  | { type: 'put'; key: string; value: Uint8Array }
  | { type: 'del'; key: string }

export type LevelOptions = Readonly<{
  folder: string
  onFatal: OnFatal
  /** Whether the disk has room again after it had none. */
  hasSpace: () => Promise<boolean>
}>

type Database = Level<string, Uint8Array>

type Range = Readonly<{ gte?: string; gt?: string; lt: string }>

const PAGE_ROWS = 256

/** What LevelDB says of itself: its rows are not as they were written. */
export class RowsCorruptError extends Error {
  override readonly name = 'RowsCorruptError'
}

/**
 * Small rows in LevelDB; a write that resolved survives a power cut. The one file that knows `level`.
 *
 * After a write that found no space, LevelDB's log may end in the middle of a record, behind which the next
 * one would be lost. So nothing is written any more until there is space and the database is opened again,
 * which cuts the log. Reads go on meanwhile.
 */
export class LevelRows implements AsyncDisposable {
  readonly #options: LevelOptions
  #database: Database
  #isBroken = false
  #isClosing = false
  #reopening: Promise<void> | undefined

  private constructor(options: LevelOptions, database: Database) {
    this.#options = options
    this.#database = database
  }

  /**
   * @throws {TransferError} FOLDER_IN_USE if another process has it open, STORE_FULL; RowsCorruptError if what is
   *   there cannot be used. Any other failure says nothing about it.
   */
  static async open(options: LevelOptions): Promise<LevelRows> {
    return new LevelRows(options, await openDatabase(options.folder))
  }

  async get(key: string): Promise<Bytes | undefined> {
    await this.#reopening
    const row = await this.#reading(this.#database.get(key))
    return row === undefined ? undefined : new Uint8Array(row)
  }

  /**
   * All rows whose keys start with `prefix`, in the order of their keys, page by page: the reader may take its
   * time, and sees rows that come meanwhile or not.
   *
   * @param from - A key to start at, instead of the first one.
   */
  async *list(prefix: string, from = prefix): AsyncGenerator<readonly [key: string, row: Bytes]> {
    let rows = await this.#page({ gte: from, lt: endOf(prefix) })
    for (;;) {
      for (const [key, row] of rows) yield [key, new Uint8Array(row)]
      const last = rows.at(-1)
      if (last === undefined || rows.length < PAGE_ROWS) return
      rows = await this.#page({ gt: last[0], lt: endOf(prefix) })
    }
  }

  /** All or nothing, and durable. @throws {TransferError} STORE_FULL */
  async write(changes: readonly RowChange[]): Promise<void> {
    await this.#ensureUnbroken()
    await this.#writing(this.#database.batch([...changes], { sync: true }))
  }

  /** Deletes all rows whose keys start with `prefix`. @throws {TransferError} STORE_FULL */
  async deleteAll(prefix: string): Promise<void> {
    await this.#ensureUnbroken()
    await this.#writing(this.#database.clear({ gte: prefix, lt: endOf(prefix) }))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosing = true
    await this.#reopening?.catch(() => undefined)
    await this.#database.close()
  }

  async #page(range: Range): Promise<[string, Uint8Array][]> {
    await this.#reopening
    const page = this.#database.iterator({ ...range, limit: PAGE_ROWS })
    return this.#reading(page.all())
  }

  async #reading<T>(operation: Promise<T>): Promise<T> {
    try {
      return await operation
    } catch (cause) {
      if (codeOf(cause) !== 'LEVEL_CORRUPTION') throw cause
      throw corrupt(cause)
    }
  }

  async #writing(operation: Promise<void>): Promise<void> {
    try {
      await operation
    } catch (cause) {
      // An upload that was cut off by an orderly end comes too late: it is not answered, and that is all.
      if (this.#isClosing) throw cause
      if (!isNoSpace(cause)) {
        const fatal = new FatalError('The catalog could not be written.', { cause })
        this.#options.onFatal(fatal)
        throw fatal
      }
      this.#isBroken = true
      throw full(cause)
    }
  }

  async #ensureUnbroken(): Promise<void> {
    if (this.#isBroken) {
      if (!(await this.#options.hasSpace())) throw full()
      this.#reopening ??= this.#reopen().finally(() => (this.#reopening = undefined))
    }
    await this.#reopening
  }

  async #reopen(): Promise<void> {
    await this.#database.close()
    try {
      this.#database = await openDatabase(this.#options.folder)
    } catch (cause) {
      // Closed for good: only a new process can go on.
      const fatal = new FatalError('The catalog could not be opened again.', { cause })
      this.#options.onFatal(fatal)
      throw fatal
    }
    this.#isBroken = false
  }
}

async function openDatabase(folder: string): Promise<Database> {
  const database = new Level<string, Uint8Array>(folder, { valueEncoding: 'view' })
  try {
    await database.open()
    return database
  } catch (cause) {
    throw openFailure(cause, folder)
  }
}

function openFailure(cause: unknown, folder: string): unknown {
  const reason = cause instanceof Error ? cause.cause : undefined
  if (codeOf(reason) === 'LEVEL_CORRUPTION' || isUnreadable(reason)) return corrupt(cause)
  if (isNoSpace(reason)) return full(cause)
  if (codeOf(reason) !== 'LEVEL_LOCKED') return cause
  const message = `The folder ${dirname(folder)} is in use by another process. Stop that one first, or choose another folder with --dir.`
  return new TransferError('FOLDER_IN_USE', message, { cause })
}

/** Keys are letters and digits, which all stand before this. */
function endOf(prefix: string): string {
  return `${prefix}~`
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

/** A sector went bad: no later try reads it. */
function isUnreadable(error: unknown): boolean {
  return error instanceof Error && /input\/output error/i.test(error.message)
}

function isNoSpace(error: unknown): boolean {
  return error instanceof Error && /no space left|quota exceeded/i.test(error.message)
}

function corrupt(cause: unknown): RowsCorruptError {
  return new RowsCorruptError('The catalog is damaged.', { cause })
}

function full(cause?: unknown): TransferError {
  const options = cause === undefined ? {} : { cause }
  return new TransferError('STORE_FULL', 'This seed has no space left on its disk.', options)
}

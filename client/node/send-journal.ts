import { sha256 } from '@noble/hashes/sha2.js'
import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { encodeUtf8, formatHex } from '../../protocol/bytes.ts'
import { TransferError } from '../../protocol/errors.ts'
import type { ShareId } from '../../protocol/share-id.ts'
import {
  formatJournal,
  formatMark,
  parseJournal,
  parseMark,
  type JournalSlot,
  type SendJournal,
  type SendMark,
} from '../engine/send/journal.ts'
import { isSystemError, replaceFile, replaceQuickly } from './durable-file.ts'
import { makeFolders } from './make-folders.ts'
import { tryLock } from './process-lock.ts'
import { stateFault } from './state-dir.ts'

/** An unfinished share of an earlier run, taken by this one. */
export type FoundJournal = Readonly<{ slot: NodeJournalSlot; journal: SendJournal; mark: SendMark }>

const NO_MARK: SendMark = { seq: 0, chunkCount: 0 }

/** Journals of one client, one file a share, in a folder of mode 0700. */
export class SendJournals {
  readonly #dir: string

  constructor(dir: string) {
    this.#dir = dir
  }

  /**
   * What makes two runs the same: network, absolute paths and options. Only a hash of it stands in a file name.
   *
   * @param parts - Anything that JSON can tell apart.
   */
  static keyOf(...parts: readonly unknown[]): string {
    return formatHex(sha256(encodeUtf8(JSON.stringify(parts))).slice(0, 16))
  }

  /** Takes the newest unfinished share under this key that no other process is at, and forgets expired ones. */
  take(key: string, nowMs: number): Promise<FoundJournal | undefined> {
    return sayWhere(() => this.#take(key, nowMs))
  }

  create(key: string, shareId: ShareId): Promise<NodeJournalSlot> {
    return sayWhere(() => this.#create(key, shareId))
  }

  async #take(key: string, nowMs: number): Promise<FoundJournal | undefined> {
    await makeFolders(this.#dir, 0o700)
    for (const name of await this.#newestFirst(key)) {
      const path = join(this.#dir, name)
      const lock = await tryLock(path)
      if (lock === undefined) continue
      const found = await readFound(path, lock)
      if (found !== undefined && found.journal.expiresAtMs > nowMs) return found
      // Unreadable or over: nothing can be made of it any more.
      await removeFiles(path)
      await lock[Symbol.asyncDispose]()
    }
    return undefined
  }

  async #create(key: string, shareId: ShareId): Promise<NodeJournalSlot> {
    await makeFolders(this.#dir, 0o700)
    const path = join(this.#dir, `${key}-${shareId}`)
    const lock = await tryLock(path)
    if (lock !== undefined) return new NodeJournalSlot(path, lock)
    throw new TransferError('FOLDER_IN_USE', 'Another process is at this very share.')
  }

  async #newestFirst(key: string): Promise<string[]> {
    const names = (await readdir(this.#dir))
      .filter((name) => name.startsWith(`${key}-`) && name.endsWith('.json'))
      .map((name) => name.slice(0, -'.json'.length))
    const dated = await Promise.all(
      names.map(async (name) => ({
        name,
        atMs: await changedAtMs(join(this.#dir, `${name}.json`)),
      })),
    )
    return dated.toSorted((a, b) => b.atMs - a.atMs).map(({ name }) => name)
  }
}

/** The journal of one share, held by this process. */
export class NodeJournalSlot implements JournalSlot, AsyncDisposable {
  readonly #path: string
  readonly #lock: AsyncDisposable

  constructor(path: string, lock: AsyncDisposable) {
    this.#path = path
    this.#lock = lock
  }

  save(journal: SendJournal): Promise<void> {
    return sayWhere(() => replaceFile(`${this.#path}.json`, formatJournal(journal)))
  }

  mark(mark: SendMark): Promise<void> {
    return sayWhere(() => replaceQuickly(`${this.#path}.mark`, formatMark(mark)))
  }

  async remove(): Promise<void> {
    await removeFiles(this.#path)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#lock[Symbol.asyncDispose]()
  }
}

/** A disk that is full or read-only is a failure to be explained, not a mistake of ours. */
async function sayWhere<T>(task: () => Promise<T>): Promise<T> {
  try {
    return await task()
  } catch (cause) {
    throw stateFault(cause)
  }
}

async function readFound(path: string, lock: AsyncDisposable): Promise<FoundJournal | undefined> {
  try {
    const journal = parseJournal(await readFile(`${path}.json`, 'utf8'))
    const mark = await readMark(`${path}.mark`)
    return { slot: new NodeJournalSlot(path, lock), journal, mark }
  } catch (cause) {
    if (cause instanceof TransferError || isSystemError(cause, 'ENOENT')) return undefined
    throw cause
  }
}

/** A power cut may have cut it off: then the seeds alone know how far it went. */
async function readMark(path: string): Promise<SendMark> {
  try {
    return parseMark(await readFile(path, 'utf8'))
  } catch (cause) {
    if (cause instanceof TransferError || isSystemError(cause, 'ENOENT')) return NO_MARK
    throw cause
  }
}

async function removeFiles(path: string): Promise<void> {
  await rm(`${path}.json`, { force: true })
  await rm(`${path}.mark`, { force: true })
}

async function changedAtMs(path: string): Promise<number> {
  const found = await stat(path).catch(() => undefined)
  return found?.mtimeMs ?? 0
}

import type { BigIntStats } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import type { Bytes } from '../../protocol/bytes.ts'
import { deceptiveCharacters } from '../../protocol/deceptive-characters.ts'
import { TransferError } from '../../protocol/errors.ts'
import type { FileSource } from '../engine/file-source.ts'

export type FileStat = BigIntStats

const NS_PER_MS = 1_000_000n

/** A file on this disk, as it was when it was found: every read checks that it still is. */
export class NodeFile implements FileSource {
  readonly path: string
  readonly size: number
  readonly mtimeMs: number
  readonly executable: boolean
  readonly #diskPath: string
  /** Only what is compared: a share may have 100,000 files. */
  readonly #found: Pick<FileStat, 'size' | 'mtimeNs' | 'ino' | 'dev'>

  constructor({ diskPath, path }: { diskPath: string; path: string }, found: FileStat) {
    this.path = path
    // A folder has a size of its own, which says nothing.
    this.size = found.isDirectory() ? 0 : Number(found.size)
    this.mtimeMs = Number(found.mtimeNs / NS_PER_MS)
    this.executable = found.isFile() && (found.mode & 0o100n) !== 0n
    this.#diskPath = diskPath
    this.#found = { size: found.size, mtimeNs: found.mtimeNs, ino: found.ino, dev: found.dev }
  }

  async read(offset: number, length: number): Promise<Bytes> {
    await using file = await this.#open()
    const bytes = new Uint8Array(length)
    const count = await this.#fill(file, bytes, offset)
    // Afterwards: a change before or while it was read shows.
    const now = await file.stat({ bigint: true })
    const { size, mtimeNs, ino, dev } = this.#found
    const isSame =
      now.size === size && now.mtimeNs === mtimeNs && now.ino === ino && now.dev === dev
    if (isSame && count === length) return bytes
    throw new TransferError('FILE_CHANGED', `${this.#diskPath} changed while it was being sent.`)
  }

  async #open(): Promise<FileHandle> {
    try {
      return await open(this.#diskPath, 'r')
    } catch (cause) {
      const isGone = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT'
      const why = isGone ? 'vanished' : 'can no longer be opened'
      throw unreadable(`${this.#diskPath} ${why} while it was being sent.`, cause)
    }
  }

  async #fill(file: FileHandle, into: Bytes, offset: number): Promise<number> {
    let filled = 0
    try {
      while (filled < into.length) {
        const left = into.length - filled
        const { bytesRead } = await file.read(into, filled, left, offset + filled)
        if (bytesRead === 0) break
        filled += bytesRead
      }
      return filled
    } catch (cause) {
      throw unreadable(`${this.#diskPath} cannot be read: the disk reports an error.`, cause)
    }
  }
}

/** @param message - It names a path, and a terminal is going to show it. */
export function unreadable(message: string, cause?: unknown): TransferError {
  const shown = message.replace(deceptiveCharacters, '?')
  return new TransferError('FILE_UNREADABLE', shown, { cause })
}

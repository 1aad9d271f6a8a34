import type { FileHandle } from 'node:fs/promises'
import { utimes } from 'node:fs/promises'
import type { Bytes } from '../../protocol/bytes.ts'
import type { IndexEntry } from '../../protocol/share-index.ts'
import type { Segment, StreamLayout } from '../engine/receive/stream-layout.ts'
import { HandlePool } from './handle-pool.ts'
import { makeFolders } from './make-folders.ts'
import { syncFolder } from './work-folder.ts'

/** The files of a share on this disk, written in place and in any order. */
export class EntryFiles implements AsyncDisposable {
  readonly #layout: StreamLayout
  readonly #pathOf: (entry: number) => string
  readonly #pool: HandlePool
  /** Bytes of each entry that are still to come. */
  readonly #leftBytes: Float64Array

  /** @param pathOf - Where an entry lies. */
  constructor(layout: StreamLayout, pathOf: (entry: number) => string) {
    this.#layout = layout
    this.#pathOf = pathOf
    this.#pool = new HandlePool(pathOf)
    this.#leftBytes = Float64Array.from(layout.index, ({ size }) => size)
  }

  /** How much of an entry is still to come. */
  leftBytes(entry: number): number {
    return this.#leftBytes[entry] ?? 0
  }

  /** Writes what a chunk has of a file. */
  async write({ entry, fileOffset, chunkOffset, length }: Segment, plain: Bytes): Promise<void> {
    await this.#pool.use(entry, (file) => {
      return writeAll(file, plain.subarray(chunkOffset, chunkOffset + length), fileOffset)
    })
    await this.count(entry, length)
  }

  /** Bytes of a file are right and in place; with the last ones it is made durable. */
  async count(entry: number, bytes: number): Promise<void> {
    const leftBytes = this.leftBytes(entry) - bytes
    this.#leftBytes[entry] = leftBytes
    if (leftBytes === 0) await this.#complete(entry)
  }

  /** Reads what a chunk has of a file. @returns False if it is not all there. */
  async read({ entry, fileOffset, chunkOffset, length }: Segment, into: Bytes): Promise<boolean> {
    const isWhole = await this.#pool.useFound(entry, (file) => {
      return readAll(file, into.subarray(chunkOffset, chunkOffset + length), fileOffset)
    })
    return isWhole ?? false
  }

  /** Makes an empty file or folder. */
  async make(entry: number): Promise<void> {
    const { path, mtimeMs } = this.#entry(entry)
    if (!path.endsWith('/')) return this.#complete(entry)
    await makeFolders(this.#pathOf(entry))
    if (mtimeMs !== undefined) await utimes(this.#pathOf(entry), mtimeMs / 1000, mtimeMs / 1000)
    return undefined
  }

  /** Makes the names in all folders survive a power cut. */
  async sync(): Promise<void> {
    for (const folder of this.#pool.folders) await syncFolder(folder)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool[Symbol.asyncDispose]()
  }

  async #complete(entry: number): Promise<void> {
    await this.#pool.use(entry, (file) => complete(file, this.#entry(entry)))
    await this.#pool.close(entry)
  }

  #entry(entry: number): IndexEntry {
    return this.#layout.index[entry] ?? { path: '', size: 0 }
  }
}

async function complete(file: FileHandle, { mtimeMs, executable }: IndexEntry): Promise<void> {
  if (executable === true && process.platform !== 'win32') {
    const { mode } = await file.stat()
    // Whoever may read it may run it.
    await file.chmod((mode & 0o777) | ((mode & 0o444) >> 2))
  }
  if (mtimeMs !== undefined) await file.utimes(mtimeMs / 1000, mtimeMs / 1000)
  await file.sync()
}

async function writeAll(file: FileHandle, bytes: Uint8Array, offset: number): Promise<void> {
  let written = 0
  while (written < bytes.length) {
    const left = bytes.length - written
    written += (await file.write(bytes, written, left, offset + written)).bytesWritten
  }
}

async function readAll(file: FileHandle, into: Uint8Array, offset: number): Promise<boolean> {
  let filled = 0
  while (filled < into.length) {
    const { bytesRead } = await file.read(into, filled, into.length - filled, offset + filled)
    if (bytesRead === 0) return false
    filled += bytesRead
  }
  return true
}

import { mkdtemp, open, rm, type FileHandle } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Bytes } from '../../protocol/bytes.ts'
import { SEALED_CHUNK_BYTES_MAX } from '../../protocol/limits.ts'
import type { HelpStore } from '../engine/swarm/share-helper.ts'
import { diskFault, readFault } from './disk-fault.ts'

/**
 * Sealed chunks of one share in one file with holes, gone when the helper is, however it ends: the file has no name.
 * To keep it for the next run would need a proof of each chunk; seeds bring them again.
 */
export class HelpFile implements HelpStore, AsyncDisposable {
  readonly #folder: string
  readonly #file: FileHandle
  /** Chunk index to its length. */
  readonly #lengths = new Map<number, number>()

  private constructor(folder: string, file: FileHandle) {
    this.#folder = folder
    this.#file = file
  }

  /** @throws {TransferError} DISK_FULL, FILE_UNREADABLE */
  static async open(): Promise<HelpFile> {
    try {
      const folder = await mkdtemp(join(tmpdir(), 'skerry-help-'))
      const file = await open(join(folder, 'chunks'), 'wx+', 0o600)
      // Where what is open cannot be taken away, that is done at the end.
      await remove(folder).catch(() => undefined)
      return new HelpFile(folder, file)
    } catch (cause) {
      throw diskFault(cause, tmpdir(), 'Set TMPDIR to another folder.')
    }
  }

  async put(index: number, sealed: Bytes): Promise<void> {
    try {
      await this.#file.write(sealed, 0, sealed.length, index * SEALED_CHUNK_BYTES_MAX)
      this.#lengths.set(index, sealed.length)
    } catch (cause) {
      throw diskFault(cause, this.#folder, 'Free some space, or keep less with --capacity.')
    }
  }

  /** @throws {TransferError} FILE_UNREADABLE */
  async read(index: number): Promise<Bytes | undefined> {
    const length = this.#lengths.get(index)
    if (length === undefined) return undefined
    const sealed = new Uint8Array(length)
    try {
      const { bytesRead } = await this.#file.read(sealed, 0, length, index * SEALED_CHUNK_BYTES_MAX)
      return bytesRead === length ? sealed : undefined
    } catch (cause) {
      throw readFault(cause, this.#folder, 'Nobody else is given it.')
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close()
    await remove(this.#folder)
  }
}

async function remove(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true })
}

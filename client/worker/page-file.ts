import { assert, TransferError } from '../../protocol/errors.ts'
import type { Bytes } from '../../protocol/bytes.ts'
import type { FileSource } from '../engine/file-source.ts'
import type { PickedFile } from './messages.ts'

/** So long another program may have a file for itself, as what looks for viruses does. */
const LOCKED_MS = 1000

/** A file that a person picked, as the engine reads it. */
export class PageFile implements FileSource {
  readonly path: string
  readonly size: number
  readonly type: string
  readonly mtimeMs: number
  readonly #file: File | undefined
  readonly #handle: FileSystemFileHandle | undefined

  constructor({ path, file, size, handle }: PickedFile) {
    this.path = path
    this.size = size
    this.type = file?.type ?? ''
    this.mtimeMs = file?.lastModified ?? 0
    this.#file = file
    this.#handle = handle
  }

  async read(offset: number, length: number): Promise<Bytes> {
    assert(this.#file !== undefined, 'an empty folder never to be read')
    const part = this.#file.slice(offset, offset + length)
    const bytes = await readPart(part).catch(() => this.#readAgain(part))
    if (bytes.length === length) return bytes
    throw new TransferError('FILE_CHANGED', 'A file became shorter while it was being sent.')
  }

  /** After a moment. What is wrong then is said. */
  async #readAgain(part: Blob): Promise<Bytes> {
    await new Promise((resolve) => setTimeout(resolve, LOCKED_MS))
    try {
      return await readPart(part)
    } catch (cause) {
      if (await this.#hasChanged()) {
        throw new TransferError('FILE_CHANGED', 'A file changed after it was chosen.', { cause })
      }
      const message = 'A file that was chosen is locked, moved, changed or gone.'
      throw new TransferError('FILE_UNREADABLE', message, { cause })
    }
  }

  /**
   * Browsers refuse a file that is no longer as it was picked in the same words as one that they cannot read. Where
   * they let it be looked at anew, it is known which of both it is.
   */
  async #hasChanged(): Promise<boolean> {
    const file = await this.#handle?.getFile().catch(() => undefined)
    return file !== undefined && (file.size !== this.size || file.lastModified !== this.mtimeMs)
  }
}

async function readPart(part: Blob): Promise<Bytes> {
  return new Uint8Array(await part.arrayBuffer())
}

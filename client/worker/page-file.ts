import { assert, TransferError } from '../../protocol/errors.ts'
import type { Bytes } from '../../protocol/bytes.ts'
import type { FileSource } from '../engine/file-source.ts'
import type { PickedFile } from './messages.ts'

/** A file that a person picked, as the engine reads it. */
export class PageFile implements FileSource {
  readonly path: string
  readonly size: number
  readonly type: string
  readonly mtimeMs: number
  readonly #file: File | undefined

  constructor({ path, file, size }: PickedFile) {
    this.path = path
    this.size = size
    this.type = file?.type ?? ''
    this.mtimeMs = file?.lastModified ?? 0
    this.#file = file
  }

  async read(offset: number, length: number): Promise<Bytes> {
    assert(this.#file !== undefined, 'an empty folder never to be read')
    try {
      const bytes = await this.#file.slice(offset, offset + length).arrayBuffer()
      if (bytes.byteLength === length) return new Uint8Array(bytes)
    } catch (cause) {
      throw this.#fault(cause)
    }
    throw new TransferError('FILE_CHANGED', 'A file became shorter while it was being sent.')
  }

  /** Browsers refuse a file whose time or size is no longer the one it was picked with. */
  #fault(cause: unknown): TransferError {
    const name = cause instanceof DOMException ? cause.name : ''
    if (name === 'NotReadableError') {
      const message = 'A file changed, moved or vanished after it was chosen.'
      return new TransferError('FILE_CHANGED', message, { cause })
    }
    const message = 'The browser may no longer read a file that was chosen.'
    return new TransferError('FILE_UNREADABLE', message, { cause })
  }
}

import { assert, TransferError } from '../../protocol/errors.ts'
import type { Bytes } from '../../protocol/bytes.ts'
import type { FileSource } from '../engine/file-source.ts'
import { BodyReader } from '../engine/net/body-reader.ts'
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
    const part = this.#file.slice(offset, offset + length)
    const bytes = await readStream(part).catch(() => this.#readPart(part))
    if (bytes.length === length) return bytes
    throw new TransferError('FILE_CHANGED', 'A file became shorter while it was being sent.')
  }

  /** Says what is wrong, which a stream does not. */
  async #readPart(part: Blob): Promise<Bytes> {
    try {
      return new Uint8Array(await part.arrayBuffer())
    } catch (cause) {
      throw this.#fault(cause)
    }
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

/** Into memory that was used before: `arrayBuffer()` takes new memory, which stays until the collector comes. */
async function readStream(part: Blob): Promise<Bytes> {
  await using reader = new BodyReader(new Response(part))
  return await reader.take(part.size)
}

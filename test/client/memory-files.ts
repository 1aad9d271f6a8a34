import type { FileSource } from '../../client/engine/file-source.ts'
import type { Bytes } from '../../protocol/bytes.ts'
import { TransferError } from '../../protocol/errors.ts'
import { createRandom } from '../random.ts'

/** A file that lies in memory, and counts how much of it was read. */
export class MemoryFile implements FileSource {
  readonly path: string
  readonly size: number
  readonly mtimeMs = 1_700_000_000_000
  /** What the sender says that it is. */
  type?: string
  readBytes = 0
  /** It is another file than it was once so much of it was read. */
  changesAfterBytes = Infinity
  /** A test may change it. */
  readonly content: Bytes

  constructor(path: string, content: Bytes) {
    this.path = path
    this.size = content.length
    this.content = content
  }

  async read(offset: number, length: number): Promise<Bytes> {
    if (this.readBytes >= this.changesAfterBytes) {
      throw new TransferError('FILE_CHANGED', `${this.path} changed.`)
    }
    this.readBytes += length
    return this.content.slice(offset, offset + length)
  }
}

/** The same bytes for the same seed. */
export function randomBytes(length: number, seed: number): Bytes {
  const random = createRandom(seed)
  const words = new Uint32Array(Math.ceil(length / 4)).map(() => random() * 2 ** 32)
  return new Uint8Array(words.buffer).slice(0, length)
}

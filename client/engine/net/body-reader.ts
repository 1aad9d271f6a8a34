import type { Bytes } from '../../../protocol/bytes.ts'
import { free, takeMemory } from '../../../protocol/memory.ts'
import { withIdleLimit } from './http.ts'

/** Reads some bytes into `bytes` from `filled` on. @returns The bytes, which may have moved, and how many came: 0 at the end. */
type Read = (bytes: Bytes, filled: number) => Promise<Readonly<{ bytes: Bytes; count: number }>>

/**
 * Reads a streamed answer into memory of our own. Where the browser can, it writes there itself: parts that it
 * hands out were measured to leave up to 200 MiB for the collector in a download of 260 MB, and to take half as
 * long again.
 */
export class BodyReader implements AsyncDisposable {
  readonly #read: Read
  readonly #cancel: () => Promise<void>

  constructor({ body, url }: Response) {
    const whole = body ?? new ReadableStream<Bytes>({ start: (controller) => controller.close() })
    const byteReader = byteReaderOf(whole)
    if (byteReader !== undefined) {
      this.#read = readBytes(byteReader, url)
      this.#cancel = () => byteReader.cancel()
      return
    }
    const reader = whole.getReader()
    this.#read = readParts(reader, url)
    this.#cancel = () => reader.cancel()
  }

  /**
   * @param onBytes - Told of bytes as they come.
   * @returns So many bytes, or fewer where the answer ends.
   * @throws {TransferError} SEED_UNREACHABLE if it breaks off or falls silent.
   */
  async take(length: number, onBytes?: (count: number) => void): Promise<Bytes> {
    let bytes = takeMemory(length)
    let filled = 0
    while (filled < length) {
      const read = await this.#read(bytes, filled)
      bytes = read.bytes
      if (read.count === 0) return bytes.slice(0, filled)
      filled += read.count
      onBytes?.(read.count)
    }
    return bytes
  }

  /** Frees the connection where not all was read; there is nobody to tell if that fails. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#cancel().catch(() => undefined)
  }
}

/** Undefined where the stream, or the browser, has no such readers. */
function byteReaderOf(body: ReadableStream<Bytes>): ReadableStreamBYOBReader | undefined {
  try {
    return body.getReader({ mode: 'byob' })
  } catch {
    return undefined
  }
}

function readBytes(reader: ReadableStreamBYOBReader, url: string): Read {
  return async (bytes, filled) => {
    const { value } = await withIdleLimit(reader.read(bytes.subarray(filled)), url)
    // The memory went through the browser and came back under another name.
    if (value === undefined) return { bytes, count: 0 }
    return { bytes: new Uint8Array(value.buffer), count: value.length }
  }
}

function readParts(reader: ReadableStreamDefaultReader<Bytes>, url: string): Read {
  let part = new Uint8Array(0)
  let offset = 0
  return async (bytes, filled) => {
    while (offset === part.length) {
      free(part)
      const { done, value } = await withIdleLimit(reader.read(), url)
      if (done) return { bytes, count: 0 }
      part = value
      offset = 0
    }
    const count = Math.min(part.length - offset, bytes.length - filled)
    bytes.set(part.subarray(offset, offset + count), filled)
    offset += count
    return { bytes, count }
  }
}

import type { Bytes } from '../../../protocol/bytes.ts'
import { assert, TransferError } from '../../../protocol/errors.ts'
import { FILE_READS_MAX } from '../../../protocol/limits.ts'
import type { FileSource } from '../file-source.ts'

type Part = Readonly<{ file: FileSource; offset: number; length: number; at: number }>

/** A share's files in index order, concatenated, then zeros: reads any stretch of it. Holds nothing. */
export class StreamReader {
  readonly #files: readonly FileSource[]
  /** Where each file starts in the stream, and behind the last one its end. */
  readonly #starts: readonly number[]

  constructor(files: readonly FileSource[]) {
    this.#files = files
    this.#starts = startsOf(files)
  }

  /** @throws {TransferError} FILE_CHANGED, FILE_UNREADABLE */
  async read(offset: number, length: number): Promise<Bytes> {
    const parts = this.#partsOf(offset, length)
    const [only] = parts
    if (only?.length === length) return readWhole(only)
    const bytes = new Uint8Array(length)
    const queue = parts.values()
    const readers = Array.from({ length: Math.min(FILE_READS_MAX, parts.length) }, async () => {
      for (const part of queue) bytes.set(await readWhole(part), part.at)
    })
    await Promise.all(readers)
    return bytes
  }

  #partsOf(offset: number, length: number): Part[] {
    const parts: Part[] = []
    const end = offset + length
    for (let i = this.#fileAt(offset); i < this.#files.length; i += 1) {
      const [file, start] = [this.#files[i], this.#starts[i] ?? 0]
      if (file === undefined || start >= end) break
      const from = Math.max(offset, start)
      const to = Math.min(end, start + file.size)
      // An empty file, or one that ends where this stretch begins.
      if (to > from)
        parts.push({ file, offset: from - start, length: to - from, at: from - offset })
    }
    return parts
  }

  /** The last file that starts at or before `offset`. */
  #fileAt(offset: number): number {
    let [low, high] = [0, this.#files.length]
    while (high - low > 1) {
      const middle = (low + high) >>> 1
      if ((this.#starts[middle] ?? 0) <= offset) low = middle
      else high = middle
    }
    // Empty files share their start with the one behind them: all of them come before it.
    return low
  }
}

async function readWhole({ file, offset, length }: Part): Promise<Bytes> {
  const bytes = await file.read(offset, length)
  if (bytes.length === length) return bytes
  throw new TransferError('FILE_CHANGED', `${file.path} is shorter than it was.`)
}

function startsOf(files: readonly FileSource[]): number[] {
  const starts = [0]
  for (const { size } of files) starts.push((starts.at(-1) ?? 0) + size)
  assert(Number.isSafeInteger(starts.at(-1)), 'a stream within the limit')
  return starts
}

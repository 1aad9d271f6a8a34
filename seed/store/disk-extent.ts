import type { Bytes } from '../../protocol/bytes.ts'
import type { DiskGuard } from './disk-guard.ts'
import type { ExtentReader, ExtentWriter } from './extent-store.ts'
import type { StoreFile } from './store-files.ts'

type WriterParts = Readonly<{
  file: StoreFile
  guard: DiskGuard
  syncFolder: () => Promise<void>
  release: () => Promise<void>
}>

/** Writes one extent in place. */
export class DiskWriter implements ExtentWriter {
  readonly #parts: WriterParts

  constructor(parts: WriterParts) {
    this.#parts = parts
  }

  async write(offset: number, bytes: Bytes): Promise<void> {
    await this.#parts.guard.change(() => writeWhole(this.#parts.file, bytes, offset))
  }

  async commit(): Promise<void> {
    const { guard, file, syncFolder } = this.#parts
    await guard.sync(() => file.sync())
    // Even if the file is not new: the process that made it may have died before it came this far.
    await syncFolder()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts.release()
  }
}

/** Reads one extent through one open file: what is replaced or deleted meanwhile does not show. */
export class DiskReader implements ExtentReader {
  readonly sizeBytes: number
  readonly version: string
  readonly #file: StoreFile
  readonly #release: () => Promise<void>

  constructor(
    file: StoreFile,
    { sizeBytes, version }: { sizeBytes: number; version: string },
    release: () => Promise<void>,
  ) {
    this.#file = file
    this.sizeBytes = sizeBytes
    this.version = version
    this.#release = release
  }

  read(offset: number, into: Bytes): Promise<number> {
    return readWhole(this.#file, into, offset)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#release()
  }
}

/** Writes all of it: the system may take less at once. */
export async function writeWhole(file: StoreFile, bytes: Bytes, offset: number): Promise<void> {
  let written = 0
  while (written < bytes.length) {
    written += await file.write(bytes.subarray(written), offset + written)
  }
}

/** Reads until `into` is full or the file ends. @returns How many bytes there were. */
export async function readWhole(file: StoreFile, into: Bytes, offset: number): Promise<number> {
  let filled = 0
  while (filled < into.length) {
    const length = await file.read(into.subarray(filled), offset + filled)
    if (length === 0) break
    filled += length
  }
  return filled
}

import { constants } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { ChunkSet } from '../../protocol/swarm/chunk-set.ts'

/**
 * Which chunks are written, as a bitmap in a file: a hint for the next run, which verifies each chunk that it
 * names. So it is never synced, and never waited for by anything but its own chunk.
 */
export class ClaimFile implements AsyncDisposable {
  readonly claimed: ChunkSet
  readonly #file: FileHandle
  readonly #now: ChunkSet
  readonly #dirty = new Set<number>()
  #last: Promise<void> = Promise.resolve()
  #next: Promise<void> | undefined

  private constructor(file: FileHandle, claimed: ChunkSet) {
    this.#file = file
    this.claimed = claimed
    this.#now = new ChunkSet(claimed.chunkCount, claimed.bitmap())
  }

  static async open(path: string, chunkCount: number): Promise<ClaimFile> {
    const flags = constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW
    const file = await open(path, flags, 0o600)
    const bitmap = new Uint8Array(Math.ceil(chunkCount / 8))
    await file.read(bitmap, 0, bitmap.length, 0)
    return new ClaimFile(file, new ChunkSet(chunkCount, bitmap))
  }

  /** Resolves once a process that dies now leaves the claim behind. */
  async claim(chunk: number): Promise<void> {
    this.#now.add(chunk)
    this.#dirty.add(chunk >> 3)
    // One batch at a time; whatever comes while it is written makes the next one.
    if (this.#next === undefined) {
      this.#next = this.#last.then(() => this.#write())
      this.#last = this.#next.catch(() => undefined)
    }
    await this.#next
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#last
    await this.#file.close()
  }

  async #write(): Promise<void> {
    this.#next = undefined
    const bitmap = this.#now.bitmap()
    const places = [...this.#dirty]
    this.#dirty.clear()
    for (const place of places) await this.#file.write(bitmap, place, 1, place)
  }
}

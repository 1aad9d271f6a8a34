import type { Bytes } from '../bytes.ts'
import { extentCountOf } from '../hash-list.ts'
import { EXTENT_CHUNKS, PULL_RANGE_EXTENTS_MAX } from '../limits.ts'
import type { SeedId } from '../seed-id.ts'

/** Chunks that follow each other, to be asked of one source in one request. */
export type PullRange = Readonly<{ seedId: SeedId; first: number; count: number }>

/** What is here of the share that is being filled. It changes while it is filled. */
export type Held = Readonly<{ chunkCount: number; has: (index: number) => boolean }>

/** Which source is asked for which chunks, so that each comes once. */
export class FillPlan {
  readonly #held: () => Held
  readonly #sources = new Map<SeedId, Bytes>()
  readonly #flying = new Set<number>()
  /** All extents before this one are here. */
  #begun = 0

  constructor(held: () => Held) {
    this.#held = held
  }

  /** @param bitmap - What the source says it holds: bit i of byte i>>3, the most significant first. */
  update(seedId: SeedId, bitmap: Bytes): void {
    this.#sources.set(seedId, bitmap.slice())
  }

  delete(seedId: SeedId): void {
    this.#sources.delete(seedId)
  }

  /** The source answered without this chunk, whatever it said: it is not asked again until it says more. */
  drop(seedId: SeedId, index: number): void {
    const bitmap = this.#sources.get(seedId)
    const byte = bitmap?.[index >> 3]
    if (bitmap !== undefined && byte !== undefined)
      bitmap[index >> 3] = byte & ~(0x80 >> (index & 7))
  }

  /** What to ask of this source next; undefined if it has nothing that is neither here nor on its way. */
  next(seedId: SeedId): PullRange | undefined {
    const held = this.#held()
    const bitmap = this.#sources.get(seedId)
    if (bitmap === undefined) return undefined
    const isWanted = (index: number): boolean => {
      const isThere = ((bitmap[index >> 3] ?? 0) & (0x80 >> (index & 7))) !== 0
      return isThere && !held.has(index) && !this.#flying.has(extentOf(index))
    }
    const first = this.#findFirst(held, isWanted)
    if (first === undefined) return undefined
    const end = Math.min(
      held.chunkCount,
      (extentOf(first) + PULL_RANGE_EXTENTS_MAX) * EXTENT_CHUNKS,
    )
    let count = 1
    while (first + count < end && isWanted(first + count)) count += 1
    const range = { seedId, first, count }
    for (const extent of extentsOf(range)) this.#flying.add(extent)
    return range
  }

  /** The range has come, or will not. */
  release(range: PullRange): void {
    for (const extent of extentsOf(range)) this.#flying.delete(extent)
  }

  /** The first chunk there is, by extents: there may be half a million. */
  #findFirst(held: Held, isWanted: (index: number) => boolean): number | undefined {
    const extentCount = extentCountOf(held.chunkCount)
    for (let extent = this.#begun; extent < extentCount; extent += 1) {
      if (this.#flying.has(extent)) continue
      const end = Math.min(held.chunkCount, (extent + 1) * EXTENT_CHUNKS)
      let isHeld = end === (extent + 1) * EXTENT_CHUNKS
      for (let index = extent * EXTENT_CHUNKS; index < end; index += 1) {
        if (isWanted(index)) return index
        isHeld &&= held.has(index)
      }
      if (isHeld && extent === this.#begun) this.#begun += 1
    }
    return undefined
  }
}

function extentOf(index: number): number {
  return Math.floor(index / EXTENT_CHUNKS)
}

function extentsOf({ first, count }: PullRange): number[] {
  const [from, to] = [extentOf(first), extentOf(first + count - 1)]
  return Array.from({ length: to - from + 1 }, (_, i) => from + i)
}

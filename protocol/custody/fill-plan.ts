import type { Bytes } from '../bytes.ts'
import { extentChunkCount, extentCountOf, extentOf } from '../hash-list.ts'
import { EXTENT_CHUNKS, PULL_RANGE_EXTENTS_MAX } from '../limits.ts'
import type { SeedId } from '../seed-id.ts'

/** Chunks that follow each other, to be asked of one source in one request. */
export type PullRange = Readonly<{ seedId: SeedId; first: number; count: number }>

/** What is here of the share that is being filled. It changes while it is filled. */
export type Held = Readonly<{
  chunkCount: number
  /** The bits of one extent, its first chunk the most significant of EXTENT_CHUNKS. */
  extentBits: (extent: number) => number
}>

const FULL_BITS = 2 ** EXTENT_CHUNKS - 1

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
    const start = bitmap === undefined ? undefined : this.#findExtent(held, bitmap)
    if (bitmap === undefined || start === undefined) return undefined
    const first = start * EXTENT_CHUNKS + offsetOf(this.#wantedBits(held, bitmap, start))
    const end = Math.min(held.chunkCount, (start + PULL_RANGE_EXTENTS_MAX) * EXTENT_CHUNKS)
    let count = 1
    while (first + count < end && this.#isWanted(held, bitmap, first + count)) count += 1
    const range = { seedId, first, count }
    for (const extent of extentsOf(range)) this.#flying.add(extent)
    return range
  }

  /** The range has come, or will not. */
  release(range: PullRange): void {
    for (const extent of extentsOf(range)) this.#flying.delete(extent)
  }

  /** The first extent of which something can be had there: looked for by extents, as there may be half a million. */
  #findExtent(held: Held, bitmap: Bytes): number | undefined {
    const extentCount = extentCountOf(held.chunkCount)
    for (let extent = this.#begun; extent < extentCount; extent += 1) {
      if (held.extentBits(extent) === FULL_BITS) {
        if (extent === this.#begun) this.#begun += 1
      } else if (this.#wantedBits(held, bitmap, extent) !== 0) return extent
    }
    return undefined
  }

  #isWanted(held: Held, bitmap: Bytes, index: number): boolean {
    const bits = this.#wantedBits(held, bitmap, extentOf(index))
    return (bits & (1 << (EXTENT_CHUNKS - 1 - (index % EXTENT_CHUNKS)))) !== 0
  }

  /** What the source has of an extent and we have not, unless it is on its way. */
  #wantedBits(held: Held, bitmap: Bytes, extent: number): number {
    if (this.#flying.has(extent)) return 0
    const said = ((bitmap[2 * extent] ?? 0) << 8) | (bitmap[2 * extent + 1] ?? 0)
    const beyond = FULL_BITS >> extentChunkCount(extent, held.chunkCount)
    return said & ~held.extentBits(extent) & ~beyond
  }
}

/** Where the first bit stands that is set. */
function offsetOf(bits: number): number {
  return Math.clz32(bits) - (32 - EXTENT_CHUNKS)
}

function extentsOf({ first, count }: PullRange): number[] {
  const [from, to] = [extentOf(first), extentOf(first + count - 1)]
  return Array.from({ length: to - from + 1 }, (_, i) => from + i)
}

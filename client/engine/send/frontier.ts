import { meetsPolicy, type Policy } from '../../../protocol/placement.ts'
import type { Seed } from '../../../protocol/record/directory.ts'
import { bitCountOf } from '../../../protocol/bitmap.ts'
import type { HeldMap } from './held-map.ts'

/** How far a share is safe, in bytes of files: each number contains the ones after it. */
export type Frontier = Readonly<{
  totalBytes: number
  /** Encrypted here and published. */
  sealedBytes: number
  /** On one seed at least. */
  onceBytes: number
  /** On as many seeds as the policy asks for. */
  policyBytes: number
}>

export type Holding = Readonly<{ seed: Seed; held: HeldMap }>

/** Chunks on one seed at least, and chunks on seeds that together meet the policy. */
export type ChunkCounts = Readonly<{ once: number; policy: number }>

/** @param holdings - At most 31, each seed once. */
export function countHeld(
  policy: Policy,
  holdings: readonly Holding[],
  chunkCount: number,
): ChunkCounts {
  const known = new Map<number, boolean>()
  const meets = (holders: number): boolean => {
    const answer = known.get(holders) ?? meetsPolicy(policy, seedsOf(holdings, holders))
    known.set(holders, answer)
    return answer
  }
  let [once, met] = [0, 0]
  for (let place = 0; place < Math.ceil(chunkCount / 8); place += 1) {
    const bytes = holdings.map(({ held }) => held.byteAt(place))
    const union = bytes.reduce((a, b) => a | b, 0)
    once += bitCountOf(union)
    const common = bytes.reduce((a, b) => a & b, 0xff)
    // Nearly always all eight chunks are on the same seeds: then one question answers for them.
    if (union === common) met += meets(holdersAt(bytes, union)) ? bitCountOf(union) : 0
    else met += eachBit(union).filter((bit) => meets(holdersAt(bytes, bit))).length
  }
  return { once, policy: met }
}

/** @param chunks - Of `chunkCount` in all. Padding counts as files do, so only the last chunk makes it whole. */
export function scaledBytes(chunks: number, chunkCount: number, totalBytes: number): number {
  return chunks === chunkCount ? totalBytes : Math.floor((totalBytes / chunkCount) * chunks)
}

/** Which seeds hold any of `bits`, one bit a seed. */
function holdersAt(bytes: readonly number[], bits: number): number {
  return bytes.reduce((holders, byte, i) => ((byte & bits) === 0 ? holders : holders | (1 << i)), 0)
}

function seedsOf(holdings: readonly Holding[], holders: number): Seed[] {
  return holdings.filter((_, i) => (holders & (1 << i)) !== 0).map(({ seed }) => seed)
}

function eachBit(byte: number): number[] {
  return [0x80, 0x40, 0x20, 0x10, 8, 4, 2, 1].filter((bit) => (byte & bit) !== 0)
}

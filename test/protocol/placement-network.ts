import { sha256 } from '@noble/hashes/sha2.js'
import { encodeUtf8, type Bytes } from '../../protocol/bytes.ts'
import { parseJurisdiction } from '../../protocol/jurisdiction.ts'
import type { Seed } from '../../protocol/record/directory.ts'
import { seedIdOf } from '../../protocol/seed-id.ts'
import { formatShareId, type ShareId } from '../../protocol/share-id.ts'

function hash(text: string): Bytes {
  return sha256(encodeUtf8(text))
}

/** Seed number `i`: an open one of its own operator, with an HTTPS address, unless said otherwise. */
export function makeSeed(
  i: number,
  changes: Partial<Omit<Seed, 'jurisdiction'>> & { jurisdiction?: string } = {},
): Seed {
  const { jurisdiction = 'NZ', ...others } = changes
  const key = hash(`key ${i}`)
  return {
    id: seedIdOf(key),
    key,
    operator: `operator ${i}`,
    jurisdiction: parseJurisdiction(jurisdiction),
    place: hash(`place ${i}`).slice(0, 16),
    urls: [`https://seed-${i}.example`],
    weight: 1,
    state: 'open',
    ...others,
  }
}

export function makeShareId(i: number): ShareId {
  return formatShareId(hash(`share ${i}`).slice(0, 20))
}

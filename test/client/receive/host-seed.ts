import { publicKeyOf } from '../../../protocol/crypto/ed25519.ts'
import type { Seed } from '../../../protocol/record/directory.ts'
import { seedIdOf } from '../../../protocol/seed-id.ts'
import { fixedBytes } from '../../protocol/owner.ts'
import { makeSeed } from '../../protocol/placement-network.ts'

const JURISDICTIONS = ['NZ', 'DE', 'IS', 'CH'] as const

/** Seed number `i` on this machine, each with a real key and in another country than the one before. */
export function hostSeed(i: number, port: number): Seed {
  const key = publicKeyOf(fixedBytes(`host ${i}`))
  const jurisdiction = JURISDICTIONS[i % JURISDICTIONS.length] ?? 'NZ'
  return makeSeed(i, { id: seedIdOf(key), key, urls: [`http://127.0.0.1:${port}`], jurisdiction })
}

import { describe, expect, it } from 'vitest'
import { formatHex, type Bytes } from '../../protocol/bytes.ts'
import { deriveContentKeys, openContentKeys } from '../../protocol/key-schedule.ts'
import type { Genesis } from '../../protocol/genesis.ts'
import { createOwner, faultOf, fixedBytes } from '../protocol/owner.ts'

const owner = await createOwner('A09')
const { genesis, secret } = owner

/** Every key that a holder of the link could be made to use with this genesis, if any. */
async function keysUnder(served: Genesis): Promise<string[]> {
  if ((await faultOf(() => openContentKeys(served, secret, undefined))) !== 'none') return []
  return Object.values(await openContentKeys(served, secret, undefined)).map(formatHex)
}

describe('A09: a seed that supplies key material', () => {
  it('changes no key by whatever it answers: what is not the owner’s own is refused', async () => {
    const own = Object.values(owner.keys).map(formatHex)
    const attackers = await deriveContentKeys(fixedBytes('attacker', 16), genesis.salt, undefined)
    const chosen: Partial<Genesis>[] = [
      { salt: new Uint8Array(32) },
      { salt: fixedBytes('attacker') },
      { keyCommit: attackers.keyCommit },
      { keyCommit: new Uint8Array(32) },
      { salt: fixedBytes('attacker'), keyCommit: attackers.keyCommit },
    ]
    for (const change of chosen) expect(await keysUnder({ ...genesis, ...change })).toEqual([])
    for (const change of [{ readHash: fixedBytes('x') }, { createdAtMs: 1 }, { relayOnly: true }]) {
      expect(await keysUnder({ ...genesis, ...change })).toEqual(own)
    }
  })

  it('finds no key in what is public, nor one that follows from it', async () => {
    const bytes = formatHex(owner.genesisBytes)
    const { keyCommit, ...secretKeys } = owner.keys
    expect(bytes).toContain(formatHex(keyCommit))
    for (const key of [secret, owner.ownerSeed, ...Object.values(secretKeys)]) {
      expect(bytes).not.toContain(formatHex(key))
    }
    const guesses: Bytes[] = [new Uint8Array(16), genesis.salt, genesis.readHash, keyCommit]
    for (const guess of guesses) {
      expect(await faultOf(() => openContentKeys(genesis, guess, undefined))).toBe('LINK_INVALID')
    }
  })
})

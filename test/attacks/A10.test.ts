import { describe, expect, it } from 'vitest'
import { decodeGenesis, encodeGenesis, shareIdOf } from '../../protocol/genesis.ts'
import { createOwner, faultOf, fixedBytes, patched } from '../protocol/owner.ts'

const password = { kdfLogN: 17, passSalt: fixedBytes('A10', 16) }
const owner = await createOwner('A10', password)
const { genesisBytes } = owner
const at = { suite: 4, flags: 5, kdfLogN: 6, chunkLog: 7 } as const

describe('A10: a seed that weakens a share’s parameters', () => {
  it.each([
    ['a suite of another time', at.suite, [0, 2, 3, 255]],
    ['a cheaper password', at.kdfLogN, [0, 1, 10, 14, 16]],
    ['a password so dear that it takes all memory', at.kdfLogN, [19, 20, 31, 63, 255]],
    ['another chunk size', at.chunkLog, [0, 10, 17, 19, 30]],
    ['flags that this version does not know', at.flags, [8 | 1, 0x80 | 1, 0xff]],
    ['no password flag', at.flags, [0, 2, 4]],
  ])('gets %s refused by everyone, whoever made the genesis', async (_what, offset, values) => {
    for (const value of values) {
      const changed = patched(genesisBytes, offset, [value])
      expect(await faultOf(() => decodeGenesis(changed))).toBe('GENESIS_INVALID')
    }
  })

  it('gets another share by whatever is allowed and not what the owner chose', () => {
    for (const change of [{ kdfLogN: 18 }, { passSalt: fixedBytes('other', 16) }]) {
      const changed = encodeGenesis({ ...owner.genesis, ...change })
      expect(shareIdOf(changed)).not.toBe(owner.shareId)
    }
    const noPassword = { kdfLogN: undefined, passSalt: new Uint8Array(16) }
    const stripped = encodeGenesis({ ...owner.genesis, ...noPassword })
    expect(decodeGenesis(stripped).kdfLogN).toBeUndefined()
    expect(shareIdOf(stripped)).not.toBe(owner.shareId)
  })
})

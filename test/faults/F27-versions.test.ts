import { describe, expect, it } from 'vitest'
import { concat, encodeUtf8 } from '../../protocol/bytes.ts'
import { openCheckpoint } from '../../protocol/checkpoint.ts'
import { TransferError } from '../../protocol/errors.ts'
import { decodeGenesis } from '../../protocol/genesis.ts'
import { openRecord } from '../../protocol/record/record.ts'
import { decodeToken } from '../../protocol/token.ts'
import { decodeFrame, encodeFrame } from '../../protocol/wire/frame.ts'
import { createOwner, faultOf, fixedBytes, patched } from '../protocol/owner.ts'
import { sampleFrames } from '../protocol/wire/samples.ts'

const owner = await createOwner('F27')

describe('F27: programs of another version', () => {
  it('meet a peer that reads no further than the version, and blames nobody', () => {
    const hello = encodeFrame(sampleFrames.hello)
    for (const version of [0, 2, 255]) {
      // A later version may be longer or shorter, and mean something else by every byte.
      for (const tail of [new Uint8Array(), fixedBytes('anything', 32)]) {
        const other = concat(patched(hello, 16, [version]).slice(0, 17), tail)
        const fault = thrownBy(() => decodeFrame(other))
        expect(fault).toMatchObject({ code: 'FRAME_INVALID', details: { version } })
      }
    }
    // This one is of our version, and wrong: no version is to blame.
    expect(thrownBy(() => decodeFrame(hello.slice(0, 17))).details).toEqual({})
  })

  it('are refused by the code of what they wrote', async () => {
    const genesis = patched(owner.genesisBytes, 3, [...encodeUtf8('2')])
    expect(await faultOf(() => decodeGenesis(genesis))).toBe('GENESIS_INVALID')
    const suite = patched(owner.genesisBytes, 4, [2])
    expect(await faultOf(() => decodeGenesis(suite))).toBe('GENESIS_INVALID')
    const checkpoint = concat(encodeUtf8('SKC2'), new Uint8Array(192))
    const open = () => openCheckpoint(checkpoint, owner.genesis.ownerPublicKey)
    expect(await faultOf(open)).toBe('CHECKPOINT_INVALID')
    const record = concat(encodeUtf8('SKR2'), new Uint8Array(200))
    expect(await faultOf(() => openRecord('grant', record))).toBe('RECORD_INVALID')
    expect(await faultOf(() => decodeToken(concat(Uint8Array.of(4), new Uint8Array(38))))).toBe(
      'LINK_INVALID',
    )
  })
})

function thrownBy(run: () => unknown): TransferError {
  try {
    run()
  } catch (error) {
    if (error instanceof TransferError) return error
    throw error
  }
  throw new Error('nothing thrown')
}

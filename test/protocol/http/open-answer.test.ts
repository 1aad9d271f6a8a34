import { describe, expect, it } from 'vitest'
import { decodeOpenAnswer } from '../../../protocol/http/open-answer.ts'
import { createOwner, faultOf, fixedBytes, fixedHashes, offerOf } from '../owner.ts'
import { encodeOpenAnswer } from './encode-open-answer.ts'

const owner = await createOwner('open answer')
const sealedIndex = new Uint8Array(4124).fill(5)
const named = { indexBytes: 4124, indexHash: fixedBytes('index') }

describe('the answer to open', () => {
  it.each([0, 1, 15, 16, 17, 40])('comes apart as it was put together, %i chunks', (count) => {
    const offer = offerOf(owner, fixedHashes(count), count === 0 ? {} : named)
    const shown = count === 0 ? new Uint8Array(0) : sealedIndex
    const answer = encodeOpenAnswer({ ...offer, sealedIndex: shown })
    const opened = decodeOpenAnswer(answer)
    expect(opened.checkpoint).toEqual(offer.checkpoint)
    expect(opened.sealedIndex).toEqual(shown)
    expect(opened.extents.map(({ hash }) => hash)).toEqual(offer.extents.map(({ hash }) => hash))
    expect(opened.extents[0]?.chunkHashes).toEqual(offer.extents[0]?.chunkHashes)
    expect(opened.extents[1]?.chunkHashes).toBeUndefined()
  })

  it('is refused if it is longer or shorter than its checkpoint says', async () => {
    const offer = offerOf(owner, fixedHashes(20), named)
    const answer = encodeOpenAnswer({ ...offer, sealedIndex })
    for (const length of [0, 195, 196, answer.length - 32, answer.length - 1]) {
      expect(await faultOf(async () => decodeOpenAnswer(answer.slice(0, length)))).toBe(
        'CHECKPOINT_INVALID',
      )
    }
    const longer = new Uint8Array(answer.length + 32)
    longer.set(answer)
    expect(await faultOf(async () => decodeOpenAnswer(longer))).toBe('CHECKPOINT_INVALID')
  })
})

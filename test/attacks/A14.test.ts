import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatHex, type Bytes } from '../../protocol/bytes.ts'
import { sealChunk } from '../../protocol/chunk.ts'
import { sealIndex } from '../../protocol/share-index.ts'
import { createOwner, fixedBytes } from '../protocol/owner.ts'

const owner = await createOwner('A14')
const { keys, shareId } = owner
const seal = (index: number, isFinal: boolean, plain: Bytes): Promise<Bytes> =>
  sealChunk(keys, { shareId, index, isFinal }, plain)
const nonceOf = (sealed: Bytes): string => formatHex(sealed.subarray(0, 12))

describe('A14: a sender that resumes, repeats, or sends a file that changed', () => {
  it('makes the same bytes of the same bytes, so that nothing new is learned', async () => {
    const plain = new Uint8Array(262_100).fill(7)
    expect(formatHex(await seal(5, false, plain))).toBe(formatHex(await seal(5, false, plain)))
  })

  it('never uses a nonce for other bytes at the same place', async () => {
    const plain = new Uint8Array(262_100).fill(7)
    const nonces = [nonceOf(await seal(5, false, plain))]
    for (const at of [0, 1, 65_536, 131_072, 262_099]) {
      const changed = plain.slice()
      changed[at] = 8
      nonces.push(nonceOf(await seal(5, false, changed)))
    }
    nonces.push(nonceOf(await seal(5, true, plain)), nonceOf(await seal(5, true, plain.slice(1))))
    expect(new Set(nonces).size).toBe(nonces.length)
  })

  it('never uses a nonce for the same bytes at another place', async () => {
    const plain = fixedBytes('A14')
    const nonces = await Promise.all(
      Array.from({ length: 64 }, async (_, i) => nonceOf(await seal(i * 131_071, true, plain))),
    )
    expect(new Set(nonces).size).toBe(64)
  })

  it('never uses a nonce of a chunk for the index', async () => {
    const index = [{ path: 'a', size: 1 }]
    const other = [{ path: 'a', size: 2 }]
    const sealed = await Promise.all([
      sealIndex(keys, shareId, index),
      sealIndex(keys, shareId, other),
    ])
    expect(new Set(sealed.map(nonceOf)).size).toBe(2)
  })

  it.each([1, 2, 3])(
    'has one nonce for one content, however files change, seed %i',
    async (seed) => {
      const edits = fc.array(
        fc.record({ index: fc.nat(3), isFinal: fc.boolean(), content: fc.nat(4) }),
        { minLength: 2, maxLength: 20 },
      )
      const whole = Array.from({ length: 5 }, (_, i) => new Uint8Array(262_100).fill(i))
      const property = fc.asyncProperty(edits, async (list) => {
        const sealedBy = new Map<string, string>()
        for (const { index, isFinal, content } of list) {
          const plain = whole[content] ?? new Uint8Array(262_100)
          const nonce = nonceOf(await seal(index, isFinal, plain))
          const what = `${index} ${isFinal} ${content}`
          expect(sealedBy.get(nonce) ?? what).toBe(what)
          sealedBy.set(nonce, what)
        }
      })
      await fc.assert(property, { seed, numRuns: 5 })
      expect.hasAssertions()
    },
  )
})

import { expect, it } from 'vitest'
import { PeerParts } from '../../../client/engine/swarm/peer-parts.ts'

it('puts an index together of as many slices as the peer cuts it into, be each a single byte', async () => {
  const parts = new PeerParts('peer', ({ first }) => {
    const bytes = Uint8Array.of(first & 0xff)
    queueMicrotask(() => parts.take({ type: 'index', first, bytes }))
  })
  const index = await parts.index(150_000, new AbortController().signal)
  expect(index.length).toBe(150_000)
  expect([...index.subarray(149_998)]).toEqual([149_998 & 0xff, 149_999 & 0xff])
})

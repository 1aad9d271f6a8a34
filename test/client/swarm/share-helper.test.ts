import { expect, it } from 'vitest'
import { ShareHelper, type HelpStore } from '../../../client/engine/swarm/share-helper.ts'
import type { Bytes } from '../../../protocol/bytes.ts'
import { CHUNK_PLAIN_BYTES, SEALED_CHUNK_BYTES_MAX } from '../../../protocol/limits.ts'
import { openSession } from '../receive/reader.ts'
import { ShareHost } from '../receive/share-host.ts'
import { createBlobShare, viewOf } from '../receive/test-share.ts'

const share = await createBlobShare('helped', 6)
const { signal } = new AbortController()

class MemoryStore implements HelpStore {
  readonly kept = new Map<number, Bytes>()

  async put(index: number, sealed: Bytes): Promise<void> {
    this.kept.set(index, sealed.slice())
  }

  async read(index: number): Promise<Bytes | undefined> {
    return this.kept.get(index)
  }
}

/** Helps until all that may be kept is here. @returns What was kept, and what was told of. */
async function help(bytesMax: number): Promise<{ kept: Map<number, Bytes>; held: number[] }> {
  await using host = await ShareHost.start(0, share, viewOf(share))
  // All that a helper token says: there is no key to the content in it, and none comes from it.
  await using session = openSession(share, [host])
  const store = new MemoryStore()
  const held: number[] = []
  const hold = (indexes: readonly number[]): void => void held.push(...indexes)
  await new ShareHelper({ session, store, hold, bytesMax, random: () => 0.5 }).run(signal)
  return { kept: store.kept, held }
}

it('keeps sealed chunks as they were published, in which nothing of the content can be read', async () => {
  const { kept, held } = await help(Infinity)
  expect(new Set(held)).toEqual(new Set([0, 1, 2, 3, 4, 5]))
  for (const [index, sealed] of kept) {
    expect(Buffer.compare(sealed, share.chunks[index] ?? Buffer.alloc(0))).toBe(0)
    const plain = share.stream.subarray(index * CHUNK_PLAIN_BYTES).subarray(0, CHUNK_PLAIN_BYTES)
    for (const at of [0, 1000, plain.length - 16])
      expect(Buffer.from(sealed).includes(Buffer.from(plain.subarray(at, at + 16)))).toBe(false)
  }
})

it('keeps no more than it may', async () => {
  const { kept, held } = await help(3.5 * SEALED_CHUNK_BYTES_MAX)
  expect([kept.size, held.length]).toEqual([3, 3])
})

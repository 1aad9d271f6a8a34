import { open, readFile, truncate, unlink, writeFile } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { EXTENT_BYTES_MAX, EXTENT_CHUNKS } from '../../protocol/limits.ts'
import { createRandom } from '../random.ts'
import { faultOf, fixedBytes } from '../protocol/owner.ts'
import { Scrub } from '../../seed/share/scrub.ts'
import { SentShare } from '../seed/sent-share.ts'
import { bytesOf, TestSeed } from '../seed/test-seed.ts'
import { TestStore } from '../seed/test-store.ts'

const CHUNK = 262_128
const share = await SentShare.make('F06', { chunkCount: 19 })

let seed: TestStore
beforeEach(async () => {
  seed = await TestStore.open()
  await seed.send(share)
})
afterEach(() => seed[Symbol.asyncDispose]())

/** Turns bits of the share's extents over, on the disk and behind the seed's back. @returns Which chunks have rotted. */
async function rot(bits: number, random: () => number): Promise<Set<number>> {
  const rotten = new Set<number>()
  const extents = await Promise.all([0, 1].map((e) => readFile(seed.pathOf(share, `${e}.ext`))))
  const turned = new Set<number>()
  while (turned.size < bits) turned.add(Math.floor(random() * share.data.length * 8))
  for (const bit of turned) {
    const offset = Math.floor(bit / 8)
    const extent = Math.floor(offset / EXTENT_BYTES_MAX)
    const [bytes, at] = [extents[extent], offset % EXTENT_BYTES_MAX]
    if (bytes !== undefined) bytes[at] = (bytes[at] ?? 0) ^ (1 << (bit % 8))
    rotten.add(Math.floor(offset / CHUNK))
  }
  for (const [e, bytes] of extents.entries()) await writeFile(seed.pathOf(share, `${e}.ext`), bytes)
  return rotten
}

async function flip(offset: number, mask: number): Promise<void> {
  const index = Math.floor(offset / CHUNK)
  const name = `${Math.floor(index / EXTENT_CHUNKS)}.ext`
  const position = offset - Math.floor(index / EXTENT_CHUNKS) * EXTENT_CHUNKS * CHUNK
  await using file = await open(seed.pathOf(share, name), 'r+')
  const byte = new Uint8Array(1)
  await file.read(byte, 0, 1, position)
  await file.write(Uint8Array.of((byte[0] ?? 0) ^ mask), 0, 1, position)
}

function damaged(): Set<unknown> {
  const events = seed.seen.filter((event) => event.type === 'damaged')
  return new Set(events.map(({ index }) => index))
}

describe('rot on the disk', () => {
  it.each([1, 30, 1000])(
    'F06: of %i bits is found by the scrub, to the last chunk',
    async (bits) => {
      const rotten = await rot(bits, createRandom(bits))
      const { parts, shares } = seed
      const { copies, verification } = shares
      const scrub = new Scrub({ parts, copies, verification, bytesPerSecond: Infinity })
      await scrub.run(new AbortController().signal)
      expect(damaged()).toEqual(rotten)
      await seed.reopen()
      const { held } = await seed.shares.get(share.id)
      expect(new Set(held.missing(19))).toEqual(rotten)
    },
  )

  it('F06: is found by whoever reads, who gets every good byte before it and none of it', async () => {
    await flip(5 * CHUNK + 77, 4)
    const found = await seed.shares.get(share.id)
    const parts: Buffer[] = []
    const read = async (): Promise<void> => {
      const span = { start: 0, end: share.data.length - 1 }
      for await (const { bytes, release } of seed.shares.readData(found, span)) {
        parts.push(Buffer.from(bytes))
        release()
      }
    }
    expect(await faultOf(read)).toBe('CHUNK_MISSING')
    expect(Buffer.compare(Buffer.concat(parts), share.data.subarray(0, 5 * CHUNK))).toBe(0)
    expect(damaged()).toEqual(new Set([5]))
  })

  it('F06: is found also in a chunk that was good a moment ago', async () => {
    await seed.read(share)
    await flip(17 * CHUNK + 1, 1)
    expect(await faultOf(() => seed.read(share))).toBe('CHUNK_MISSING')
    expect(damaged()).toEqual(new Set([17]))
  })

  it('F06: of the index is found when it is read', async () => {
    await using file = await open(seed.pathOf(share, 'index'), 'r+')
    await file.write(Uint8Array.of(1, 2, 3), 0, 3, 100)
    const found = await seed.shares.get(share.id)
    expect(await faultOf(() => seed.shares.getIndex(found))).toBe('CHUNK_MISSING')
    expect(found.isIndexHeld).toBe(false)
    expect(damaged()).toEqual(new Set([undefined]))
  })

  it('F06: is repaired by an ordinary upload, also of a chunk that still counts as held', async () => {
    await flip(3 * CHUNK, 1)
    await flip(16 * CHUNK, 1)
    expect(await faultOf(() => seed.read(share))).toBe('CHUNK_MISSING')
    await seed.shares.putChunks(share.id, share.upload(3, 3))
    await seed.shares.putChunks(share.id, share.upload(16, 18))
    expect(Buffer.compare(await seed.read(share), share.data)).toBe(0)
  })

  it('F06: takes the receipt away until it is repaired', async () => {
    await flip(0, 1)
    await seed.read(share).catch(() => undefined)
    const found = await seed.shares.get(share.id)
    expect(await seed.shares.getReceipt(found, fixedBytes('c', 16))).toBeUndefined()
    await seed.shares.putChunks(share.id, share.upload(0, 0))
    expect(await seed.shares.getReceipt(found, fixedBytes('c', 16))).toBeDefined()
  })

  it('F06: that cut an extent short, or lost it, is found as well', async () => {
    await truncate(seed.pathOf(share, '0.ext'), 10 * CHUNK + 5)
    await unlink(seed.pathOf(share, '1.ext'))
    const found = await seed.shares.get(share.id)
    await seed.shares.checkPresence(found)
    expect(damaged()).toEqual(new Set([16, 17, 18]))
    expect([...found.held.missing(19)]).toEqual([16, 17, 18])
    expect(await faultOf(() => seed.read(share, 10 * CHUNK))).toBe('CHUNK_MISSING')
    expect(found.held.has(10)).toBe(false)
  })
})

it('F06: cuts the connection where a bad copy stands, and answers 404 where it starts with one', async () => {
  await seed.close()
  await using server = await TestSeed.start({ dir: seed.folder })
  await flip(6 * CHUNK, 1)
  const whole = await server.ask(share, '/data')
  expect(whole.status).toBe(200)
  await expect(bytesOf(whole)).rejects.toThrow('terminated')
  const range = `bytes=${6 * CHUNK}-`
  const answer = await server.ask(share, '/data', { headers: { range } })
  expect(answer.status).toBe(404)
  expect(await answer.json()).toMatchObject({ code: 'CHUNK_MISSING', details: { chunk: 6 } })
})

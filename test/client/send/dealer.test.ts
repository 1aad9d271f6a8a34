import { describe, expect, it } from 'vitest'
import { Dealer, type DealerEffect } from '../../../client/engine/send/dealer.ts'
import type { Upload } from '../../../client/engine/send/lane.ts'
import { EXTENT_CHUNKS, REPLICATION_STALL_MS, SEED_SILENT_MS } from '../../../protocol/limits.ts'
import type { SeedId } from '../../../protocol/seed-id.ts'
import { makeSeed } from '../../protocol/placement-network.ts'
import { createRandom } from '../../random.ts'

const [a, b, c] = [makeSeed(0).id, makeSeed(1).id, makeSeed(2).id]
const NOTHING = new Uint8Array(0)
const QUICK_MS = 10

/** Ten extents; the last has one chunk. */
const CHUNKS = 9 * 16 + 1

type Dealing = Readonly<{ dealer: Dealer; effects: DealerEffect[] }>

function start(custodians: readonly SeedId[], chunkCount = CHUNKS): Dealing {
  const dealer = new Dealer(chunkCount)
  const effects = dealer.step(
    { type: 'custodians', seedIds: custodians, ranked: custodians, listed: custodians },
    0,
  )
  for (const seedId of custodians) {
    effects.push(
      ...dealer.step({ type: 'up', seedId, publishedChunks: chunkCount, bitmap: NOTHING }, 0),
    )
  }
  return { dealer, effects }
}

function uploadsOf(effects: readonly DealerEffect[]): { seedId: SeedId; upload: Upload }[] {
  return effects.filter((effect) => effect.type === 'upload')
}

function sealsOf(effects: readonly DealerEffect[]): number[] {
  return effects.flatMap((effect) => (effect.type === 'seal' ? [effect.extent] : []))
}

function bitmapOf(chunks: number, chunkCount = CHUNKS): Uint8Array<ArrayBuffer> {
  const bitmap = new Uint8Array(Math.ceil(chunkCount / 8))
  for (let i = 0; i < chunks; i += 1) bitmap[i >> 3] = (bitmap[i >> 3] ?? 0) | (0x80 >> (i & 7))
  return bitmap
}

describe('what leaves the sender', () => {
  it('seals two extents ahead and no more', () => {
    const { dealer, effects } = start([a])
    expect(sealsOf(effects)).toEqual([0, 1])
    expect(sealsOf(dealer.step({ type: 'tick' }, 5))).toEqual([])
  })

  it('deals extents alternately', () => {
    const { dealer } = start([a, b])
    const first = dealer.step({ type: 'sealed', extent: 0 }, 1)
    const second = dealer.step({ type: 'sealed', extent: 1 }, 1)
    expect(uploadsOf([...first, ...second])).toEqual([
      { type: 'upload', seedId: a, upload: { extent: 0, first: 0, count: 16 } },
      { type: 'upload', seedId: b, upload: { extent: 1, first: 16, count: 16 } },
    ])
  })

  it('gives a seed its second body only once one went through quickly', () => {
    const { dealer } = start([a])
    dealer.step({ type: 'sealed', extent: 0 }, 1)
    expect(uploadsOf(dealer.step({ type: 'sealed', extent: 1 }, 1))).toEqual([])
    const upload = { extent: 0, first: 0, count: 16 }
    const quick = dealer.step({ type: 'uploaded', seedId: a, upload, tookMs: QUICK_MS }, 20)
    expect(uploadsOf(quick).map(({ upload: { extent } }) => extent)).toEqual([1])
    expect(uploadsOf(dealer.step({ type: 'sealed', extent: 2 }, 21))).toHaveLength(1)
    expect(uploadsOf(dealer.step({ type: 'sealed', extent: 3 }, 22))).toHaveLength(0)
  })

  it('sends no body that the accepted checkpoint of its seed does not cover', () => {
    const { dealer } = start([a])
    dealer.step({ type: 'published', seedId: a, chunkCount: 0 }, 0)
    expect(uploadsOf(dealer.step({ type: 'sealed', extent: 0 }, 1))).toEqual([])
    expect(uploadsOf(dealer.step({ type: 'published', seedId: a, chunkCount: 15 }, 2))).toEqual([])
    const covered = dealer.step({ type: 'published', seedId: a, chunkCount: 16 }, 3)
    expect(uploadsOf(covered)).toHaveLength(1)
  })

  it('drops an extent from memory once a seed holds it', () => {
    const { dealer } = start([a, b])
    dealer.step({ type: 'sealed', extent: 0 }, 1)
    const upload = { extent: 0, first: 0, count: 16 }
    const after = dealer.step({ type: 'uploaded', seedId: a, upload, tookMs: 1 }, 2)
    expect(after).toContainEqual({ type: 'drop', extent: 0 })
  })

  it('leaves out what a seed holds already, down to the chunk', () => {
    const dealer = new Dealer(CHUNKS)
    dealer.step({ type: 'custodians', seedIds: [a], ranked: [a], listed: [a] }, 0)
    const up = { type: 'up', seedId: a, publishedChunks: CHUNKS, bitmap: bitmapOf(37) } as const
    expect(sealsOf(dealer.step(up, 0))).toEqual([2, 3])
    const effects = dealer.step({ type: 'sealed', extent: 2 }, 1)
    expect(uploadsOf(effects)[0]?.upload).toEqual({ extent: 2, first: 37, count: 11 })
  })

  it('seals the short last extent like any other', () => {
    const dealer = new Dealer(CHUNKS)
    dealer.step({ type: 'custodians', seedIds: [a], ranked: [a], listed: [a] }, 0)
    const bitmap = bitmapOf(9 * 16)
    const up = { type: 'up', seedId: a, publishedChunks: CHUNKS, bitmap } as const
    expect(sealsOf(dealer.step(up, 0))).toEqual([9])
    const effects = dealer.step({ type: 'sealed', extent: 9 }, 1)
    expect(uploadsOf(effects)[0]?.upload).toEqual({ extent: 9, first: 144, count: 1 })
  })

  it('rests while it is paused', () => {
    const { dealer } = start([a])
    dealer.step({ type: 'pause' }, 1)
    expect(dealer.step({ type: 'sealed', extent: 0 }, 2)).toEqual([])
    expect(uploadsOf(dealer.step({ type: 'continue' }, 3))).toHaveLength(1)
  })
})

describe('a seed that fails', () => {
  it('gives its bodies to the other at once', () => {
    const { dealer } = start([a, b])
    dealer.step({ type: 'sealed', extent: 0 }, 1)
    const effects = dealer.step({ type: 'down', seedId: a, sinceMs: 2 }, 2)
    expect(uploadsOf(effects)).toEqual([
      { type: 'upload', seedId: b, upload: { extent: 0, first: 0, count: 16 } },
    ])
  })

  it('keeps what it holds counted until it is silent for too long, then sends it again', () => {
    const { dealer } = start([a, b], 16)
    dealer.step({ type: 'sealed', extent: 0 }, 1)
    const upload = { extent: 0, first: 0, count: 16 }
    dealer.step({ type: 'uploaded', seedId: a, upload, tookMs: 1 }, 2)
    expect(dealer.step({ type: 'down', seedId: a, sinceMs: 2 }, 3)).toEqual([])
    expect(dealer.step({ type: 'tick' }, SEED_SILENT_MS - 1)).toEqual([])
    expect(sealsOf(dealer.step({ type: 'tick' }, SEED_SILENT_MS + 2))).toEqual([0])
  })

  it('is spared what it says it holds when it returns', () => {
    const { dealer } = start([a, b], 16)
    dealer.step({ type: 'down', seedId: a, sinceMs: 0 }, 0)
    const bitmap = bitmapOf(16, 16)
    const up = { type: 'up', seedId: a, publishedChunks: 16, bitmap } as const
    dealer.step(up, 5)
    expect(dealer.step({ type: 'sealed', extent: 0 }, 6)).toEqual([{ type: 'drop', extent: 0 }])
  })

  it('gets again what it lost', () => {
    const { dealer } = start([a], 16)
    dealer.step({ type: 'sealed', extent: 0 }, 1)
    const upload = { extent: 0, first: 0, count: 16 }
    dealer.step({ type: 'uploaded', seedId: a, upload, tookMs: 1 }, 2)
    const bitmap = bitmapOf(0, 16)
    const lost = dealer.step({ type: 'held', seedId: a, bitmap, askedAtMs: 3 }, 4)
    expect(sealsOf(lost)).toEqual([0])
  })

  it('has not lost what it acknowledged while its answer was on the way', () => {
    const { dealer } = start([a], 16)
    dealer.step({ type: 'sealed', extent: 0 }, 1)
    const upload = { extent: 0, first: 0, count: 16 }
    dealer.step({ type: 'uploaded', seedId: a, upload, tookMs: 1 }, 5)
    const bitmap = bitmapOf(0, 16)
    expect(dealer.step({ type: 'held', seedId: a, bitmap, askedAtMs: 4 }, 6)).toEqual([])
  })
})

it('sends again what only a seed holds that left the directory', () => {
  const { dealer } = start([a, b], 16)
  dealer.step({ type: 'sealed', extent: 0 }, 1)
  const upload = { extent: 0, first: 0, count: 16 }
  dealer.step({ type: 'uploaded', seedId: a, upload, tookMs: 1 }, 5)
  const left = { type: 'custodians', seedIds: [b], ranked: [b], listed: [b] } as const
  expect(sealsOf(dealer.step(left, 6))).toEqual([0])
  expect(uploadsOf(dealer.step({ type: 'sealed', extent: 0 }, 7))).toEqual([
    { type: 'upload', seedId: b, upload },
  ])
  // It is back.
  const back = { ...left, listed: [a, b] }
  expect(sealsOf(dealer.step(back, 8))).toEqual([])
})

describe('a seed that stands in for another', () => {
  it('gets nothing from the sender while a ranked one answers: it fills itself', () => {
    const { dealer } = start([a, b])
    dealer.step({ type: 'custodians', seedIds: [a, b], ranked: [a, c], listed: [a, b, c] }, 0)
    const first = dealer.step({ type: 'sealed', extent: 0 }, 1)
    const second = dealer.step({ type: 'sealed', extent: 1 }, 1)
    expect(uploadsOf([...first, ...second]).map(({ seedId }) => seedId)).toEqual([a])
    const effects = dealer.step({ type: 'down', seedId: a, sinceMs: 2 }, 2)
    expect(uploadsOf(effects).map(({ seedId }) => seedId)).toEqual([b])
  })
})

describe('a seed that does not fill itself from the others', () => {
  it('gets the rest also when another one is filled in the same moment', () => {
    const { dealer } = start([a, b], 2 * EXTENT_CHUNKS)
    const sealed = [0, 1].flatMap((extent) => dealer.step({ type: 'sealed', extent }, 1))
    for (const { seedId, upload } of uploadsOf(sealed)) {
      dealer.step({ type: 'uploaded', seedId, upload, tookMs: QUICK_MS }, QUICK_MS)
    }
    // The second one came back later, so its time comes later.
    const bitmap = new Uint8Array([0, 0, 255, 255])
    const laterMs = 1000
    dealer.step({ type: 'up', seedId: b, publishedChunks: 2 * EXTENT_CHUNKS, bitmap }, laterMs)
    expect(sealsOf(dealer.step({ type: 'tick' }, REPLICATION_STALL_MS))).toEqual([1])
    const again = dealer.step({ type: 'sealed', extent: 1 }, REPLICATION_STALL_MS)
    const [{ upload } = { upload: undefined }] = uploadsOf(again)
    expect(upload).toEqual({ extent: 1, first: EXTENT_CHUNKS, count: EXTENT_CHUNKS })
    if (upload !== undefined) {
      const uploaded = { type: 'uploaded', seedId: a, upload, tookMs: QUICK_MS } as const
      dealer.step(uploaded, REPLICATION_STALL_MS + QUICK_MS)
    }
    expect(sealsOf(dealer.step({ type: 'tick' }, REPLICATION_STALL_MS + laterMs))).toEqual([0])
  })

  it('gets the rest from the sender after a while', () => {
    const { dealer } = start([a, b], 16)
    dealer.step({ type: 'sealed', extent: 0 }, 1)
    const upload = { extent: 0, first: 0, count: 16 }
    dealer.step({ type: 'uploaded', seedId: a, upload, tookMs: 1 }, 2)
    dealer.step({ type: 'tick' }, 3)
    expect(dealer.step({ type: 'tick' }, REPLICATION_STALL_MS - 1)).toEqual([])
    expect(sealsOf(dealer.step({ type: 'tick' }, REPLICATION_STALL_MS))).toEqual([0])
    const effects = dealer.step({ type: 'sealed', extent: 0 }, REPLICATION_STALL_MS + 1)
    expect(uploadsOf(effects).map(({ seedId }) => seedId)).toEqual([b])
  })

  it('is left to itself as long as it grows', () => {
    const { dealer } = start([a, b], 32)
    const held = { type: 'up', seedId: a, publishedChunks: 32, bitmap: bitmapOf(32, 32) } as const
    dealer.step(held, 0)
    for (let chunks = 1; chunks < 32; chunks += 1) {
      const nowMs = chunks * (REPLICATION_STALL_MS - 1)
      const bitmap = bitmapOf(chunks, 32)
      dealer.step({ type: 'held', seedId: b, bitmap, askedAtMs: nowMs }, nowMs)
      expect(sealsOf(dealer.step({ type: 'tick' }, nowMs))).toEqual([])
    }
  })
})

// However seeds come and go, every extent ends up at one that answers, and nobody gets the same twice for nothing.
it.each([1, 2, 3, 4, 5, 6, 7, 8])('brings every extent to a seed that answers, seed %i', (seed) => {
  const random = createRandom(seed)
  const chunkCount = 1 + Math.floor(random() * 400)
  const dealer = new Dealer(chunkCount)
  const seeds = [a, b, c].slice(0, 1 + Math.floor(random() * 3))
  const up = new Set<SeedId>()
  const held = new Map(seeds.map((seedId) => [seedId, new Set<number>()]))
  let nowMs = 0
  let queue: DealerEffect[] = dealer.step(
    { type: 'custodians', seedIds: seeds, ranked: seeds, listed: seeds },
    0,
  )
  const feed = (event: Parameters<Dealer['step']>[0]): void => {
    queue.push(...dealer.step(event, nowMs))
  }
  const bitmap = (seedId: SeedId): Uint8Array<ArrayBuffer> => {
    const bits = new Uint8Array(Math.ceil(chunkCount / 8))
    for (const i of held.get(seedId) ?? []) bits[i >> 3] = (bits[i >> 3] ?? 0) | (0x80 >> (i & 7))
    return bits
  }
  let isCalm = false
  for (let round = 0; round < 3000; round += 1) {
    nowMs += Math.floor(random() * 100)
    isCalm = round > 1500
    for (const seedId of seeds) {
      const flips = !isCalm && random() < 0.02
      if (up.has(seedId) && flips) {
        up.delete(seedId)
        queue = queue.filter((effect) => effect.type !== 'upload' || effect.seedId !== seedId)
        feed({ type: 'down', seedId, sinceMs: nowMs })
      } else if (!up.has(seedId) && (flips || isCalm)) {
        up.add(seedId)
        feed({ type: 'up', seedId, publishedChunks: chunkCount, bitmap: bitmap(seedId) })
      }
    }
    const at = Math.floor(random() * queue.length)
    const [effect] = queue.splice(at, 1)
    if (effect?.type === 'seal') feed({ type: 'sealed', extent: effect.extent })
    if (effect?.type === 'upload') {
      const { seedId, upload } = effect
      const chunks = Array.from({ length: upload.count }, (_, i) => upload.first + i)
      const before = held.get(seedId) ?? new Set<number>()
      expect(chunks.some((chunk) => !before.has(chunk))).toBe(true)
      for (const chunk of chunks) before.add(chunk)
      feed({ type: 'uploaded', seedId, upload, tookMs: 10 })
    }
    if (effect === undefined) feed({ type: 'tick' })
  }
  const union = [...held.values()].reduce((all, chunks) => all.union(chunks), new Set<number>())
  expect(union.size).toBe(chunkCount)
})

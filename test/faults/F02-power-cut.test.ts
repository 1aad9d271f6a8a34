import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { TransferError } from '../../protocol/errors.ts'
import { createRandom } from '../random.ts'
import { SentShare } from '../seed/sent-share.ts'
import { TestStore } from '../seed/test-store.ts'
import { SimulatedDisk, type Random } from '../seed/store/simulated-disk.ts'

// Few and small extents: what matters is every step between them.
const share = await SentShare.make('F02', { chunkCount: 18, lastChunkBytes: 4068 })
const uploads = [
  [0, 3],
  [16, 17],
  [4, 15],
  [2, 5],
] as const

// The catalog is a real one, and nobody cuts its power: it need not wait for a real disk.
const QUICK_FOLDER = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()

/** What the seed has answered for. */
type Answered = { created: boolean; seq: number; index: boolean; chunks: Set<number> }

// Every so many steps, another time at others, and forgetting something else every time.
it.each([1, 2, 3])(
  'F02: loses nothing that it answered for when the power goes out anywhere, random %i',
  async (number) => {
    const cuts = await everyCut(number, 7)
    for (const cut of cuts) await cutAndCheck(cut, createRandom(number * 1000 + cut), false)
    expect(cuts.length).toBeGreaterThan(4)
  },
)

it.each([4, 5])(
  'F03: serves nothing torn and loses nothing, even if the catalog goes with the power, random %i',
  async (number) => {
    const cuts = await everyCut(number, 10)
    for (const cut of cuts) await cutAndCheck(cut, createRandom(number * 1000 + cut), true)
    expect(cuts.length).toBeGreaterThan(3)
  },
)

/** Every so many calls that the disk gets, from `first` on. */
async function everyCut(first: number, step: number): Promise<number[]> {
  const calls = await countCalls()
  return Array.from({ length: Math.ceil((calls - first) / step) }, (_, i) => first + i * step)
}

async function countCalls(): Promise<number> {
  const disk = new SimulatedDisk()
  await withFolder(async (folder) => {
    await using seed = await openSeed(folder, disk)
    await sendAll(seed, { created: false, seq: 0, index: false, chunks: new Set() })
  })
  return disk.calls
}

async function cutAndCheck(cut: number, random: Random, isCatalogLost: boolean): Promise<void> {
  await withFolder(async (folder) => {
    const disk = new SimulatedDisk()
    const answered: Answered = { created: false, seq: 0, index: false, chunks: new Set() }
    disk.cutAfter(cut)
    await expect(sendUntilCut(folder, disk, answered)).rejects.toThrow(/went out|did not take/)
    disk.restart(random)
    if (isCatalogLost) await rm(join(folder, 'catalog'), { recursive: true, force: true })
    await using seed = await openSeed(folder, disk)
    await check(seed, answered, isCatalogLost)
    // Whatever was lost, the same sender can go on, and everything is there in the end.
    await sendAll(seed, answered)
    expect(Buffer.compare(await seed.read(share), share.data)).toBe(0)
  })
}

async function sendUntilCut(
  folder: string,
  disk: SimulatedDisk,
  answered: Answered,
): Promise<void> {
  await using seed = await openSeed(folder, disk)
  await sendAll(seed, answered)
}

async function check(seed: TestStore, answered: Answered, isCatalogLost: boolean): Promise<void> {
  const found = await seed.shares.find(share.id)
  expect(found !== undefined || !answered.created).toBe(true)
  if (found === undefined) return
  expect(found.checkpoint?.seq ?? 0).toBeGreaterThanOrEqual(answered.seq)
  if (isCatalogLost) {
    await seed.shares.verification.verify(share.id)
    if (!found.isVerified)
      await seed.shares.adoptHashList(share.id, share.hashes.slice(0, found.chunkCount * 32))
  }
  expect(found.isIndexHeld || !answered.index).toBe(true)
  for (const index of answered.chunks) expect([index, found.held.has(index)]).toEqual([index, true])
  for (let index = 0; index < share.chunks.length; index += 1) {
    if (!found.held.has(index)) continue
    const sealed = await seed.shares.getChunk(found, index)
    expect(Buffer.compare(sealed, share.chunks[index] ?? sealed)).toBe(0)
  }
}

/** Everything a sender does, noting what was answered; what was answered before may be answered again. */
async function sendAll({ shares }: TestStore, answered: Answered): Promise<void> {
  await shares.create(share.creation)
  answered.created = true
  await putCheckpoint(shares, share.message(16, { seq: 2 }), answered)
  await putCheckpoint(shares, share.sealed(), answered)
  await shares.putIndex(share.id, share.index)
  answered.index = true
  for (const [first, last] of uploads) {
    await shares.putChunks(share.id, share.upload(first, last))
    for (let index = first; index <= last; index += 1) answered.chunks.add(index)
  }
}

async function putCheckpoint(
  shares: TestStore['shares'],
  message: ReturnType<SentShare['sealed']>,
  answered: Answered,
): Promise<void> {
  try {
    const { share: held } = await shares.putCheckpoint(share.id, message)
    answered.seq = Math.max(answered.seq, held.checkpoint?.seq ?? 0)
  } catch (cause) {
    // The second time round, the sealed one is held already.
    if (!(cause instanceof TransferError) || cause.code !== 'CHECKPOINT_STALE') throw cause
  }
}

function openSeed(folder: string, files: SimulatedDisk): Promise<TestStore> {
  return TestStore.open({ folder, files, storeRoot: '/shares' })
}

async function withFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(QUICK_FOLDER, 'skerry-cut-'))
  try {
    await run(folder)
  } finally {
    await rm(folder, { recursive: true })
  }
}

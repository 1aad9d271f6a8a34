import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { seedIdOf } from '../../protocol/seed-id.ts'
import { faultOf, fixedBytes } from '../protocol/owner.ts'
import { SentShare } from '../seed/sent-share.ts'
import { FaultyFiles, type Fault } from '../seed/store/faulty-files.ts'
import { TestStore } from '../seed/test-store.ts'

const old = await SentShare.make('F05 old', { chunkCount: 2 })
const share = await SentShare.make('F05', { chunkCount: 3 })

const points = [
  ['open', 0],
  ['open', 1],
  ['open', 2],
  ['open', 3],
  ['write', 0],
  ['write', 1],
  ['write', 2],
  ['write', 3],
  ['write', 5],
  ['rename', 0],
  ['rename', 1],
  ['rename', 2],
] as const satisfies readonly (readonly [Fault['call'], number])[]

it.each(points)(
  'F05: answers 507 when the disk is full at %s %i, keeps what it had, and goes on when there is room',
  async (call, after) => {
    const files = new FaultyFiles()
    await using seed = await TestStore.open({ files })
    await seed.send(old)
    files.fail({ call, after, code: 'ENOSPC', isLasting: true })
    expect(await faultOf(() => seed.send(share))).toBe('STORE_FULL')
    expect(Buffer.compare(await seed.read(old), old.data)).toBe(0)
    expect(seed.fatal).toEqual([])
    // A restart on a full disk changes nothing.
    await seed.reopen({ files })
    expect(Buffer.compare(await seed.read(old), old.data)).toBe(0)
    files.fail(undefined)
    await seed.send(share)
    expect(Buffer.compare(await seed.read(share), share.data)).toBe(0)
  },
)

const tmpfs = mountTmpfs()

it.skipIf(tmpfs === undefined)(
  'F28: stands on a disk that is really full, catalog and all, and takes uploads again once it is not',
  async () => {
    const folder = tmpfs ?? ''
    try {
      // A reserve below zero: the seed itself sees no end of its space, so the disk has to say it.
      const options = { folder, limits: { reserveBytes: -(2 ** 40) } }
      await using seed = await TestStore.open(options)
      await seed.send(old)
      fill(folder)
      expect(await faultOf(() => seed.send(share))).toBe('STORE_FULL')
      // Only the catalog writes here: sooner or later its log needs another page, and then says no for good.
      await expect(writeRows(seed, 100)).rejects.toMatchObject({ code: 'STORE_FULL' })
      await expect(writeRows(seed, 1)).rejects.toMatchObject({ code: 'STORE_FULL' })
      expect(Buffer.compare(await seed.read(old), old.data)).toBe(0)
      expect(seed.fatal).toEqual([])
      rmSync(join(folder, 'filler'))
      await writeRows(seed, 100)
      await seed.send(share)
      expect(Buffer.compare(await seed.read(share), share.data)).toBe(0)
      fill(folder)
      // The new process cannot go on without room, and harms nothing.
      expect(await faultOf(() => seed.reopen(options))).toBe('STORE_FULL')
      expect(await faultOf(() => seed.reopen(options))).toBe('STORE_FULL')
      rmSync(join(folder, 'filler'))
      await seed.reopen(options)
      expect(seed.parts.catalog.isRebuilt).toBe(false)
      expect(Buffer.compare(await seed.read(old), old.data)).toBe(0)
      expect(Buffer.compare(await seed.read(share), share.data)).toBe(0)
    } finally {
      spawnSync('umount', [folder])
      rmSync(folder, { recursive: true })
    }
  },
)

/** A disk of 64 MiB, if this process may make one. */
function mountTmpfs(): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'skerry-full-'))
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', folder])
  if (status === 0) return folder
  rmSync(folder, { recursive: true })
  return undefined
}

/** Takes all space that is left. */
function fill(folder: string): void {
  const { bavail, bsize } = statfsSync(folder)
  execFileSync('fallocate', ['-l', String(bavail * bsize), join(folder, 'filler')])
}

async function writeRows({ shares }: TestStore, count: number): Promise<void> {
  const seedId = seedIdOf(fixedBytes('another seed'))
  for (let i = 0; i < count; i += 1) {
    await shares.putReceipt(old.id, seedId, fixedBytes(`receipt ${i}`))
  }
}

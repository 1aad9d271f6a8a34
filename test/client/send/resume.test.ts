import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { restorePlan, type SharePlan } from '../../../client/engine/send/share-plan.ts'
import type { SendMark } from '../../../client/engine/send/journal.ts'
import type { Network } from '../../../client/engine/network.ts'
import type { FileSource } from '../../../client/engine/file-source.ts'
import { assert } from '../../../protocol/errors.ts'
import { MemoryFile, randomBytes } from '../memory-files.ts'
import { MemorySlot, SendNetwork } from '../send-network.ts'

const EXTENT = 16 * 262_100
const NO_MARK = { seq: 0, chunkCount: 0 }

/** Sends until so many bodies were taken, and then ends as a process does that is killed. */
async function sendPart(
  network: SendNetwork,
  file: MemoryFile,
  bodies: number,
): Promise<{ slot: MemorySlot; plan: SharePlan }> {
  const plan = await network.plan([file])
  const slot = new MemorySlot()
  const session = network.send(plan, slot)
  network.onCall(() => {
    if (network.bodies >= bodies) session.stop()
  })
  await session.done.catch(() => undefined)
  network.onCall(() => undefined)
  return { slot, plan }
}

type Rest = Readonly<{ slot: MemorySlot; mark?: SendMark; nowMs?: () => number }>

/** The same command again. */
async function sendRest(
  network: SendNetwork,
  files: readonly FileSource[],
  { slot, mark, nowMs = network.nowMs }: Rest,
): Promise<SharePlan> {
  const { journal } = slot
  assert(journal !== undefined, 'a journal')
  const { ownerSeed, secret, grant } = journal
  const plan = await restorePlan({ ...journal, secrets: { ownerSeed, secret } }, files, undefined)
  const resumption = { mark: mark ?? slot.marks.at(-1) ?? NO_MARK, grant }
  await using session = network.send(plan, new MemorySlot(), { resumption, nowMs })
  await session.done
  return plan
}

async function loseExtents(dir: string, { shareId }: SharePlan): Promise<void> {
  const found = await readdir(join(dir, 'data'), { recursive: true })
  const extents = found.filter((path) => path.includes(shareId) && path.endsWith('.ext'))
  await Promise.all(extents.map((path) => rm(join(dir, 'data', path))))
}

describe('a share that was cut off', () => {
  it('is the same share again, and sends at most what was on its way', async () => {
    await using network = await SendNetwork.start(2)
    const file = new MemoryFile('a', randomBytes(6 * EXTENT, 1))
    const { slot, plan } = await sendPart(network, file, 3)
    const again = new MemoryFile('a', randomBytes(6 * EXTENT, 1))
    const rest = await sendRest(network, [again], { slot })
    expect(rest.shareId).toBe(plan.shareId)
    // Two bodies to each of two seeds may have been cut off.
    const extents = Math.ceil(plan.chunkCount / 16)
    expect(network.bodies).toBeLessThanOrEqual(extents + 4)
    // What was taken of the others may be a part, which is read again to be the same.
    expect(again.readBytes).toBeLessThanOrEqual(file.size - EXTENT)
  })

  it('signs nothing under a seq that it may have used, though no seed knows it', async () => {
    await using network = await SendNetwork.start(2)
    const file = new MemoryFile('a', randomBytes(6 * EXTENT, 1))
    const { slot, plan } = await sendPart(network, file, 1)
    await sendRest(network, [file], { slot, mark: { seq: 40, chunkCount: 0 } })
    for (const share of await network.holdings(plan)) {
      expect(share?.checkpoint?.seq).toBeGreaterThan(40)
    }
  })

  it('never shows a seed less than another one may hold that cannot be asked', async () => {
    await using network = await SendNetwork.start(3)
    const file = new MemoryFile('a', randomBytes(6 * EXTENT, 1))
    const { slot, plan } = await sendPart(network, file, 2)
    const mark = slot.marks.at(-1) ?? NO_MARK
    // All that can be reached has lost the share; one that is down may hold all of it.
    const [down, ...others] = network.ranked(plan)
    await Promise.all(network.seeds.map(({ custody }) => custody.stop()))
    for (const seed of others) {
      await seed.custody.empty()
      await network.start(seed)
    }
    const counts: (number | undefined)[] = []
    network.onCall(async (call, { custody }) => {
      const share = await custody.running.shares.find(plan.shareId)
      if (call.startsWith('PATCH')) counts.push(share?.chunkCount)
    })
    await sendRest(network, [file], { slot, mark, nowMs: network.fastClock() })
    expect(counts.length).toBeGreaterThan(0)
    for (const count of counts) expect(count).toBeGreaterThanOrEqual(mark.chunkCount)
    await network.start(down)
    await network.until(async () => {
      const share = await down?.custody.running.shares.find(plan.shareId)
      return share?.checkpoint?.state === 'sealed' && share.evidence === undefined
    })
  })

  it('loads the hash list though answers get lost', async () => {
    await using network = await SendNetwork.start(2)
    const size = 6 * EXTENT
    const { slot } = await sendPart(network, new MemoryFile('a', randomBytes(size, 1)), 3)
    let asked = 0
    network.onCall((call) => {
      if (call.startsWith('GET /extents/') && (asked += 1) % 3 === 0) throw new Error('lost')
    })
    const again = new MemoryFile('a', randomBytes(size, 1))
    await sendRest(network, [again], { slot })
    expect(again.readBytes).toBeLessThanOrEqual(size - 2 * EXTENT)
  })

  it.each([
    ['kept', undefined],
    ['lost', NO_MARK],
  ])('goes on where no seed shows its hash list, its mark %s', async (_what, mark) => {
    await using network = await SendNetwork.start(2)
    const file = new MemoryFile('a', randomBytes(6 * EXTENT, 1))
    const { slot, plan } = await sendPart(network, file, 3)
    network.onCall((call) => {
      if (call.startsWith('GET /extents/')) throw new Error('lost')
    })
    const rest = { slot, nowMs: network.fastClock() }
    await sendRest(network, [file], mark === undefined ? rest : { ...rest, mark })
    for (const share of await network.holdings(plan)) {
      expect([share?.isComplete, share?.evidence]).toEqual([true, undefined])
    }
  })

  it('ends where no seed shows its hash list, and a file has other bytes under it', async () => {
    await using network = await SendNetwork.start(2)
    const { slot } = await sendPart(network, new MemoryFile('a', randomBytes(6 * EXTENT, 1)), 3)
    network.onCall((call) => {
      if (call.startsWith('GET /extents/')) throw new Error('lost')
    })
    const other = new MemoryFile('a', randomBytes(6 * EXTENT, 2))
    const task = sendRest(network, [other], { slot, nowMs: network.fastClock() })
    await expect(task).rejects.toMatchObject({ code: 'FILE_CHANGED' })
  })

  it('only waits for the receipts where everything was sent', async () => {
    await using network = await SendNetwork.start(2)
    const file = new MemoryFile('a', randomBytes(2 * EXTENT, 1))
    const plan = await network.plan([file])
    const slot = new MemorySlot()
    await network.send(plan, slot).done
    const bodies = network.bodies
    const again = new MemoryFile('a', randomBytes(2 * EXTENT, 1))
    await sendRest(network, [again], { slot })
    expect([network.bodies, again.readBytes]).toEqual([bodies, 0])
  })

  it('ends when a file of the same size and time has other bytes under published chunks', async () => {
    await using network = await SendNetwork.start(2)
    const { slot, plan } = await sendPart(
      network,
      new MemoryFile('a', randomBytes(6 * EXTENT, 1)),
      2,
    )
    // What was stored is lost, so it is sealed again; the hash list is not.
    await Promise.all(network.seeds.map(({ custody }) => custody.stop()))
    await Promise.all(network.seeds.map(({ custody }) => loseExtents(custody.dir, plan)))
    await Promise.all(network.seeds.map((seed) => network.start(seed)))
    const other = new MemoryFile('a', randomBytes(6 * EXTENT, 2))
    await expect(sendRest(network, [other], { slot })).rejects.toMatchObject({
      code: 'FILE_CHANGED',
    })
  })

  it('waits for seeds where the directory lists none any more, and says so', async () => {
    await using network = await SendNetwork.start(2)
    const file = new MemoryFile('a', randomBytes(6 * EXTENT, 1))
    const { slot, plan } = await sendPart(network, file, 2)
    const resumption = { mark: slot.marks.at(-1) ?? NO_MARK, grant: slot.journal?.grant }
    const { directory } = network.network
    const empty: Network = { ...network.network, directory: { ...directory, seeds: [] } }
    let newest: Network = empty
    await using session = network.send(plan, new MemorySlot(), {
      resumption,
      network: empty,
      refreshNetwork: () => Promise.resolve(newest),
      refreshTroubledMs: 200,
    })
    for await (const { progress } of session.events) {
      if (progress.waiting?.text.startsWith('This network has no open seed') === true) break
    }
    newest = network.network
    expect(await session.done).toHaveLength(2)
  })

  it('asks for the password again, and knows a wrong one', async () => {
    await using network = await SendNetwork.start(2)
    const file = new MemoryFile('a', randomBytes(10, 1))
    const { genesisBytes, secrets, expiresAtMs } = await network.plan([file], { password: 'right' })
    const kept = { genesisBytes, secrets, expiresAtMs }
    await expect(restorePlan(kept, [file], undefined)).rejects.toMatchObject({
      code: 'PASSWORD_NEEDED',
    })
    await expect(restorePlan(kept, [file], 'wrong')).rejects.toMatchObject({
      code: 'PASSWORD_WRONG',
    })
  })
})

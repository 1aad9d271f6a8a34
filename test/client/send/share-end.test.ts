import { describe, expect, it, vi } from 'vitest'
import {
  deleteShare,
  extendShare,
  giveUpShare,
} from '../../../client/engine/custody/owner-action.ts'
import type { CourierSession } from '../../../client/engine/send/courier-session.ts'
import type { SharePlan } from '../../../client/engine/send/share-plan.ts'
import { TransferError } from '../../../protocol/errors.ts'
import { faultOf } from '../../protocol/owner.ts'
import { DAY_MS } from '../../seed/sent-share.ts'
import { MemoryFile, randomBytes } from '../memory-files.ts'
import { MemorySlot, SendNetwork } from '../send-network.ts'

const EXTENT = 16 * 262_100
const CALL_MS_MAX = 60_000

async function untilOnce(session: CourierSession, bytes: number): Promise<void> {
  for await (const { progress } of session.events) {
    if (progress.frontier.onceBytes >= bytes) return
  }
}

/** One silent seed ends the wait for it, whatever was waited for before. */
function portsOf({ nowMs }: SendNetwork): { nowMs: () => number; signal: AbortSignal } {
  return { nowMs, signal: AbortSignal.timeout(CALL_MS_MAX) }
}

function owned(plan: SharePlan): SharePlan & { ownerSeed: SharePlan['readToken'] } {
  return { ...plan, ...plan.secrets }
}

describe('a share that ends while it is sent', () => {
  it('is given up at the seeds when a file changes', async () => {
    await using network = await SendNetwork.start(2)
    const file = new MemoryFile('a', randomBytes(5 * EXTENT, 1))
    const plan = await network.plan([file])
    const slot = new MemorySlot()
    file.changesAfterBytes = 3 * EXTENT
    await using session = network.send(plan, slot)
    await expect(session.done).rejects.toMatchObject({
      code: 'FILE_CHANGED',
      message: expect.stringMatching(/^a changed\. .*no longer works\.$/) as string,
      details: { keptBytes: 0, end: 'givenUp' },
    })
    for (const share of await network.holdings(plan)) expect(share?.isDeleted).toBe(true)
    expect(slot.isRemoved).toBe(true)
  })

  it('is given up at the seeds that answer when a file changes while another one is silent', async () => {
    await using network = await SendNetwork.start(2)
    const file = new MemoryFile('a', randomBytes(5 * EXTENT, 1))
    const plan = await network.plan([file])
    file.changesAfterBytes = 3 * EXTENT
    const isOver = Promise.withResolvers<void>()
    const [up, silent] = network.seeds
    network.onCall((call, seed) => {
      return seed === silent && call === 'GET' ? isOver.promise : undefined
    })
    await using session = network.send(plan, new MemorySlot())
    await network.until(
      async () => (await up?.custody.running.shares.find(plan.shareId))?.isDeleted === true,
    )
    isOver.resolve()
    await expect(session.done).rejects.toMatchObject({ code: 'FILE_CHANGED' })
  })

  it('is not said to be given up when a file changes and no seed can be told', async () => {
    await using network = await SendNetwork.start(2)
    const file = new MemoryFile('a', randomBytes(5 * EXTENT, 1))
    const plan = await network.plan([file])
    file.changesAfterBytes = 3 * EXTENT
    for (const { proxy } of network.seeds) {
      proxy.onCall = (call) => {
        if (call === 'GET') proxy.isDown = true
      }
    }
    await using session = network.send(plan, new MemorySlot())
    await expect(session.done).rejects.toMatchObject({
      code: 'FILE_CHANGED',
      message: expect.stringMatching(/expires by itself\.$/) as string,
      details: { end: 'unheard' },
    })
  })

  it('is not sent any further when its owner deletes it', async () => {
    await using network = await SendNetwork.start(2)
    const plan = await network.plan([new MemoryFile('a', randomBytes(5 * EXTENT, 1))])
    const isPaused = Promise.withResolvers<void>()
    network.onCall(() => {
      if (network.bodies === 0) return
      session.pause()
      isPaused.resolve()
    })
    await using session = network.send(plan, new MemorySlot())
    await isPaused.promise
    network.onCall(() => undefined)
    await deleteShare(owned(plan), network.network, portsOf(network))
    session.continue()
    expect(await faultOf(() => session.done)).toBe('SHARE_DELETED')
  })

  it('keeps what was sent when it is stopped', async () => {
    await using network = await SendNetwork.start(2)
    const plan = await network.plan([new MemoryFile('a', randomBytes(5 * EXTENT, 1))])
    const slot = new MemorySlot()
    network.onCall(() => {
      if (network.bodies > 0) session.stop()
    })
    await using session = network.send(plan, slot)
    await expect(session.done).rejects.toMatchObject({ code: 'STOPPED' })
    expect(slot.isRemoved).toBe(false)
    for (const share of await network.holdings(plan)) expect(share?.isDeleted).toBe(false)
  })

  it('is given up when it is stopped and cannot be gone on with', async () => {
    await using network = await SendNetwork.start(2)
    const plan = await network.plan([new MemoryFile('stdin', randomBytes(5 * EXTENT, 1))])
    network.onCall(() => {
      const kept = 'Stopped. What was done is kept: the same command goes on from there.'
      if (network.bodies > 0) session.stop(new TransferError('STOPPED', kept))
    })
    await using session = network.send(plan, undefined)
    await expect(session.done).rejects.toMatchObject({
      code: 'STOPPED',
      message:
        'Stopped. What the seeds had of this share is given up, and its link no longer works.',
      details: { keptBytes: 0, end: 'givenUp' },
    })
    for (const share of await network.holdings(plan)) expect(share?.isDeleted).toBe(true)
  })

  it('says what the seeds held when they were heard last', async () => {
    await using network = await SendNetwork.start(2)
    const plan = await network.plan([new MemoryFile('a', randomBytes(5 * EXTENT, 1))])
    network.onCall(() => {
      if (network.bodies === 0) return
      for (const { proxy } of network.seeds) proxy.isDown = true
    })
    const nowMs = network.fastClock()
    await using session = network.send(plan, new MemorySlot(), { nowMs })
    await untilOnce(session, 1)
    await vi.waitUntil(() => session.progress.frontier.onceBytes === 0, { timeout: 30_000 })
    session.stop()
    await expect(session.done).rejects.toMatchObject({
      details: { keptBytes: expect.toSatisfy((kept: number) => kept > 0) as number },
    })
  })

  it('cannot be given a longer life before it is sealed', async () => {
    await using network = await SendNetwork.start(2)
    const plan = await network.plan([new MemoryFile('a', randomBytes(10 * EXTENT, 1))])
    await using session = network.send(plan, new MemorySlot())
    network.onCall(() => {
      if (network.bodies > 0) session.pause()
    })
    await untilOnce(session, 1)
    const expiresAtMs = plan.expiresAtMs + DAY_MS
    const task = extendShare(
      owned(plan),
      { expiresAtMs, network: network.network },
      portsOf(network),
    )
    await expect(task).rejects.toMatchObject({ code: 'USAGE' })
  })
})

describe('a share that is stored', () => {
  it('lives longer when its owner says so, also at a seed that was away', async () => {
    await using network = await SendNetwork.start(2)
    const plan = await network.plan([new MemoryFile('a', randomBytes(300_000, 1))])
    await network.send(plan, new MemorySlot()).done
    const [up, away] = network.seeds
    await away?.custody.stop()
    const expiresAtMs = plan.expiresAtMs + DAY_MS
    const extension = { expiresAtMs, network: network.network }
    const extended = await extendShare(owned(plan), extension, portsOf(network))
    expect(extended.taken).toEqual([up?.seed])
    expect(extended.missed.map(({ seed }) => seed)).toEqual([away?.seed])
    await network.start(away)
    await network.until(async () => {
      const shares = await network.holdings(plan)
      return shares.every((share) => share?.checkpoint?.expiresAtMs === expiresAtMs)
    })
    const shorter = { expiresAtMs: plan.expiresAtMs, network: network.network }
    expect(await faultOf(() => extendShare(owned(plan), shorter, portsOf(network)))).toBe('USAGE')
  })

  it('is gone everywhere when its owner deletes it, also at a seed that was away', async () => {
    await using network = await SendNetwork.start(2)
    const plan = await network.plan([new MemoryFile('a', randomBytes(300_000, 1))])
    await network.send(plan, new MemorySlot()).done
    const [up, away] = network.seeds
    await away?.custody.stop()
    const deleted = await deleteShare(owned(plan), network.network, portsOf(network))
    expect(deleted.taken).toEqual([up?.seed])
    await network.start(away)
    await network.until(async () =>
      (await network.holdings(plan)).every((share) => share?.isDeleted === true),
    )
    // Saying it twice is saying it once.
    expect((await deleteShare(owned(plan), network.network, portsOf(network))).taken).toHaveLength(
      2,
    )
  })

  it('is not given up while no seed says how far it came: it may be whole', async () => {
    await using network = await SendNetwork.start(2)
    const plan = await network.plan([new MemoryFile('a', randomBytes(300_000, 1))])
    await network.send(plan, new MemorySlot()).done
    network.onCall((call) =>
      call === 'GET /checkpoint' ? new Promise(() => undefined) : undefined,
    )
    const ports = { nowMs: network.nowMs, signal: AbortSignal.timeout(20_000) }
    const task = giveUpShare(owned(plan), network.network, ports)
    await expect(task).rejects.toMatchObject({ code: 'SEED_UNREACHABLE' })
    expect((await network.holdings(plan)).map((share) => share?.isDeleted)).toEqual([false, false])
  })

  it('is gone at once at a seed that answers when its owner deletes it while another one is silent', async () => {
    await using network = await SendNetwork.start(2)
    const plan = await network.plan([new MemoryFile('a', randomBytes(300_000, 1))])
    await network.send(plan, new MemorySlot()).done
    const [up, silent] = network.seeds
    network.onCall((_call, seed) => (seed === silent ? new Promise(() => undefined) : undefined))
    const limit = new AbortController()
    const ports = { nowMs: network.nowMs, signal: limit.signal }
    const passedCount = (): number =>
      up?.proxy.log.filter((line) => line === 'PUT /checkpoint').length ?? 0
    const before = passedCount()
    const deleting = deleteShare(owned(plan), network.network, ports)
    await network.until(() => passedCount() > before)
    expect((await network.holdings(plan))[0]?.isDeleted).toBe(true)
    // By then the answer that was before it has come.
    await fetch(`${up?.proxy.url}/v1/shares/${plan.shareId}`)
    limit.abort(new DOMException('Too late.', 'TimeoutError'))
    const { taken, missed } = await deleting
    expect(taken).toEqual([up?.seed])
    expect(missed.map(({ seed, error }) => [seed, error.code])).toEqual([
      [silent?.seed, 'SEED_UNREACHABLE'],
    ])
  })
})

import { describe, expect, it } from 'vitest'
import type { CourierSession, SendEvent } from '../../../client/engine/send/courier-session.ts'
import { assert } from '../../../protocol/errors.ts'
import { SEALED_OVERHEAD_BYTES } from '../../../protocol/limits.ts'
import { faultOf } from '../../protocol/owner.ts'
import { FaultProxy } from '../fault-proxy.ts'
import { MemoryFile, randomBytes } from '../memory-files.ts'
import { MemorySlot, SendNetwork, type SentSeed } from '../send-network.ts'

const EXTENT = 16 * 262_100
const ONCE = { replicas: 1, jurisdictions: 1, denied: [] }

function fileOf(size: number, seed = 1): MemoryFile {
  return new MemoryFile('film.mp4', randomBytes(size, seed))
}

function idsOf(seeds: readonly (SentSeed | undefined)[]): Set<string | undefined> {
  return new Set(seeds.map((sent) => sent?.seed.id))
}

async function storedIds(session: CourierSession): Promise<Set<string | undefined>> {
  return new Set((await session.done).map(({ id }) => id))
}

async function untilOnce(session: CourierSession, bytes: number): Promise<void> {
  for await (const { progress } of session.events) {
    if (progress.frontier.onceBytes >= bytes) return
  }
}

describe('a share that is sent', () => {
  it('leaves the sender once, some to each seed, and is stored with both receipts', async () => {
    await using network = await SendNetwork.start(2)
    const file = fileOf(5 * EXTENT)
    const plan = await network.plan([file])
    const slot = new MemorySlot()
    await using session = network.send(plan, slot)
    const events: SendEvent[] = []
    for await (const event of session.events) events.push(event)
    expect(await storedIds(session)).toEqual(idsOf(network.seeds))
    expect(events.at(-1)?.type).toBe('stored')
    expect(file.readBytes).toBe(file.size)
    expect(network.sentBytes).toBe(plan.streamBytes + plan.chunkCount * SEALED_OVERHEAD_BYTES)
    expect(network.bodies).toBe(Math.ceil(plan.chunkCount / 16))
    for (const { proxy } of network.seeds) expect(proxy.bodies).toBeGreaterThanOrEqual(1)
    for (const share of await network.holdings(plan)) expect(share?.isComplete).toBe(true)
    expect(slot.isRemoved).toBe(true)
  })

  it.each([0, 1, 4096, 262_100, 262_101, EXTENT])('is stored at any size: %i', async (size) => {
    await using network = await SendNetwork.start(2)
    const plan = await network.plan([fileOf(size)])
    await using session = network.send(plan, new MemorySlot())
    expect(await session.done).toHaveLength(2)
    const all = { totalBytes: size, sealedBytes: size, onceBytes: size, policyBytes: size }
    expect(session.progress.frontier).toEqual(all)
  })

  it('is stored once where that was chosen', async () => {
    await using network = await SendNetwork.start(2)
    const plan = await network.plan([fileOf(10)], { policy: ONCE })
    await using session = network.send(plan, new MemorySlot())
    expect(await session.done).toHaveLength(1)
  })

  it('is published before its bodies, and its list of files is sent once to each seed', async () => {
    await using network = await SendNetwork.start(2)
    const plan = await network.plan([fileOf(3 * EXTENT)])
    await using session = network.send(plan, new MemorySlot())
    await session.done
    for (const { proxy } of network.seeds) {
      const first = proxy.log.findIndex((line) => line.startsWith('PATCH'))
      expect(proxy.log.slice(0, first)).toContain('PUT /checkpoint')
      expect(proxy.log.filter((line) => line === 'PUT /index')).toHaveLength(1)
    }
  })

  it('waits while it is paused, and goes on', async () => {
    await using network = await SendNetwork.start(2)
    const plan = await network.plan([fileOf(2 * EXTENT)])
    await using session = network.send(plan, new MemorySlot())
    session.pause()
    for await (const { progress } of session.events) {
      if (progress.waiting?.code === 'paused') break
    }
    expect(network.bodies).toBe(0)
    session.continue()
    expect(await session.done).toHaveLength(2)
  })

  it('keeps at most a few extents in memory, however large the share', async () => {
    await using network = await SendNetwork.start(2)
    const file = fileOf(7 * EXTENT)
    const plan = await network.plan([file])
    const held: number[] = []
    network.onCall((call) => {
      if (call.startsWith('PATCH')) held.push(file.readBytes / EXTENT - network.bodies)
    })
    await using session = network.send(plan, new MemorySlot())
    await session.done
    // Two bodies on their way to each of two seeds, and two extents ahead.
    expect(Math.max(...held)).toBeLessThanOrEqual(6)
  })
})

describe('a seed that fails', () => {
  it.each(['STORE_FULL', 'SHARE_TAKEN_DOWN'] as const)(
    'is replaced at once by the next that fits when it answers %s',
    async (code) => {
      await using network = await SendNetwork.start(3)
      const plan = await network.plan([fileOf(EXTENT)])
      const [refusing, second, third] = network.ranked(plan)
      const refusal = { matches: /^PUT$/, code }
      refusing?.proxy.faults.push(refusal)
      await using session = network.send(plan, new MemorySlot())
      expect(await session.done).not.toHaveLength(0)
      expect(refusing?.proxy.log).toEqual([])
      for (const seed of [second, third]) expect(seed?.proxy.log).toContain('PUT')
    },
  )

  it('is replaced by the next that fits when it stays silent, and by nobody before', async () => {
    await using network = await SendNetwork.start(3)
    const plan = await network.plan([fileOf(EXTENT)])
    const [first, second, third] = network.ranked(plan)
    await second?.custody.stop()
    const nowMs = network.fastClock()
    const startMs = nowMs()
    const asked: number[] = []
    network.onCall((_call, seed) => {
      if (seed === third) asked.push(nowMs() - startMs)
    })
    const patience = { startMs: Infinity, stalledMs: Infinity }
    await using session = network.send(plan, new MemorySlot(), { nowMs, patience })
    expect(await storedIds(session)).toEqual(idsOf([first, third]))
    // Seeds may bring in the third one by themselves meanwhile.
    expect(asked[0] ?? Infinity).toBeGreaterThanOrEqual(30_000)
  })

  it('is waited for where no other fits, and then costs nothing twice', async () => {
    await using network = await SendNetwork.start(2)
    const plan = await network.plan([fileOf(2 * EXTENT)])
    const down = network.seeds[1]
    await down?.custody.stop()
    await using session = network.send(plan, new MemorySlot())
    await untilOnce(session, plan.totalBytes)
    for await (const { progress } of session.events) {
      if (progress.waiting?.code === 'seeds') break
    }
    expect(session.progress.waiting?.text).toMatch(/^Waiting for operator 1 \(DE\)/)
    await network.start(down)
    expect(await session.done).toHaveLength(2)
    expect(network.sentBytes).toBe(plan.streamBytes + plan.chunkCount * SEALED_OVERHEAD_BYTES)
  })

  it('gets the share again when it was emptied meanwhile', async () => {
    await using network = await SendNetwork.start(2)
    const plan = await network.plan([fileOf(4 * EXTENT)])
    let isEmptied = false
    network.onCall(async (call, seed) => {
      if (isEmptied || network.bodies < 2 || !call.startsWith('PATCH')) return
      isEmptied = true
      await seed.custody.stop()
      await seed.custody.empty()
      await network.start(seed)
    })
    await using session = network.send(plan, new MemorySlot())
    expect(await session.done).toHaveLength(2)
    expect(isEmptied).toBe(true)
  })

  it.each([
    ['answers no more', (): Promise<void> => new Promise(() => undefined)],
    ['is gone', (): Promise<never> => Promise.reject(new Error('gone'))],
  ])('is found where a newer directory lists it when its old address %s', async (_how, answer) => {
    // Nobody else brings it what it lacks.
    await using network = await SendNetwork.start(2, { isPartitioned: true })
    const [, moved] = network.seeds
    assert(moved !== undefined, 'a second seed')
    await using elsewhere = await FaultProxy.start(() => moved.custody.url)
    moved.proxy.onCall = answer
    const seeds = network.network.directory.seeds.map((seed) =>
      seed.id === moved.seed.id ? { ...seed, urls: [elsewhere.url] } : seed,
    )
    const newer = { ...network.network, directory: { ...network.network.directory, seeds } }
    const plan = await network.plan([fileOf(EXTENT)])
    await using session = network.send(plan, new MemorySlot(), {
      nowMs: network.fastClock(),
      patience: { startMs: Infinity, stalledMs: Infinity },
      refreshNetwork: () => Promise.resolve(newer),
      refreshTroubledMs: 200,
    })
    const stored = await session.done
    expect(stored.map(({ urls }) => urls)).toContainEqual([elsewhere.url])
    expect(elsewhere.log).toContainEqual(expect.stringMatching(/^PATCH/))
  })

  it('is asked again when it is only busy', async () => {
    await using network = await SendNetwork.start(2)
    for (const { proxy } of network.seeds) {
      proxy.faults.push(
        { matches: /^PATCH/, code: 'TOO_MANY_REQUESTS' },
        { matches: /^PUT \/checkpoint/, code: 'TOO_MANY_REQUESTS' },
      )
    }
    const plan = await network.plan([fileOf(2 * EXTENT)])
    await using session = network.send(plan, new MemorySlot())
    expect(await session.done).toHaveLength(2)
    expect(network.sentBytes).toBe(plan.streamBytes + plan.chunkCount * SEALED_OVERHEAD_BYTES)
  })

  it('is sent the list of files also where it took the newest checkpoint and then failed', async () => {
    await using network = await SendNetwork.start(2, { isPartitioned: true })
    let failures = 0
    network.onCall((call) => {
      if (call !== 'PUT /index' || failures === 8) return
      failures += 1
      throw new Error('lost')
    })
    const plan = await network.plan([fileOf(10)])
    await using session = network.send(plan, new MemorySlot(), { nowMs: network.fastClock() })
    expect(await session.done).toHaveLength(2)
    expect(failures).toBe(8)
  })

  it('gets what it lacks also where another one told it of a newer checkpoint first', async () => {
    await using network = await SendNetwork.start(2, { isPartitioned: true })
    const [told, telling] = network.seeds
    assert(told !== undefined && telling !== undefined, 'two seeds')
    const plan = await network.plan([fileOf(4 * EXTENT)])
    const [isAsked, isSealed] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const checkpoints: RequestInit[] = []
    // No more than what is ahead of the bodies is published before the slow one is asked.
    telling.proxy.onCall = (call) => (call.startsWith('PATCH') ? isAsked.promise : undefined)
    telling.proxy.pass = async ({ line, url, init }) => {
      const answer = await fetch(url, init)
      if (line === 'PUT /checkpoint') checkpoints.push(init)
      const share = await telling.custody.running.shares.find(plan.shareId)
      if (share?.checkpoint?.state === 'sealed') isSealed.resolve()
      return answer
    }
    told.proxy.pass = async ({ line, url, init }) => {
      if (line !== 'PUT /checkpoint') return fetch(url, init)
      isAsked.resolve()
      await isSealed.promise
      for (const { body } of checkpoints.splice(0)) await fetch(url, { ...init, body: body ?? '' })
      return fetch(url, init)
    }
    await using session = network.send(plan, new MemorySlot(), { nowMs: network.fastClock() })
    expect(await session.done).toHaveLength(2)
  })

  it('gets everything from the sender where it cannot reach the others', async () => {
    await using network = await SendNetwork.start(2, { isPartitioned: true })
    const plan = await network.plan([fileOf(2 * EXTENT)])
    const patience = { startMs: Infinity, stalledMs: Infinity }
    const nowMs = network.fastClock()
    await using session = network.send(plan, new MemorySlot(), { nowMs, patience })
    expect(await session.done).toHaveLength(2)
  })

  it('does not count for a share that it will not keep for long enough', async () => {
    await using network = await SendNetwork.start(2, { limits: { maxLifeMs: 60_000 } })
    const plan = await network.plan([fileOf(10)])
    const patience = { startMs: Infinity, stalledMs: 2000 }
    await using session = network.send(plan, new MemorySlot(), { patience })
    await expect(session.done).rejects.toMatchObject({
      code: 'POLICY_UNMET',
      message: expect.stringMatching(/does not keep shares for as long/) as string,
    })
  })

  it('ends the sending, with what is known, when no seed ever answers', async () => {
    await using network = await SendNetwork.start(2)
    for (const { proxy } of network.seeds) proxy.isDown = true
    const plan = await network.plan([fileOf(10)])
    const slot = new MemorySlot()
    const patience = { startMs: 1000, stalledMs: 60_000 }
    await using session = network.send(plan, slot, { patience })
    expect(await faultOf(() => session.done)).toBe('SEED_UNREACHABLE')
    expect(slot.isRemoved).toBe(false)
  })
})

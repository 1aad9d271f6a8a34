import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isEqual, type Bytes } from '../../../protocol/bytes.ts'
import { TransferError } from '../../../protocol/errors.ts'
import { deriveHelpKey } from '../../../protocol/key-schedule.ts'
import { SEED_SILENT_MS } from '../../../protocol/limits.ts'
import type { SharePlan } from '../../../client/engine/send/share-plan.ts'
import { SendSwarm } from '../../../client/engine/swarm/send-swarm.ts'
import { MemoryFile, randomBytes } from '../memory-files.ts'
import { fetchAll, openShare, type LinkedShare } from '../receive/reader.ts'
import { MemorySlot, SendNetwork } from '../send-network.ts'
import { ListeningSignal } from '../../signal/listening-signal.ts'
import { MemoryRtc } from './memory-rtc.ts'
import { portsAt, SwarmReader } from './swarm-member.ts'

const CHUNKS = 18
const NO_MARK = { seq: 0, chunkCount: 0 }
const content = randomBytes(CHUNKS * 262_100, 1)
// A crowded machine takes its time.
const patience = { startMs: 90_000, stalledMs: 90_000 }
let server: ListeningSignal
let network: SendNetwork

beforeAll(async () => {
  server = await ListeningSignal.start()
  network = await SendNetwork.start(2)
})
afterAll(async () => {
  await network[Symbol.asyncDispose]()
  await server[Symbol.asyncDispose]()
})

/** Another program has it. */
class LockedFile extends MemoryFile {
  isLocked = true
  readonly isRefused = Promise.withResolvers<void>()

  override async read(offset: number, length: number): Promise<Bytes> {
    if (!this.isLocked) return super.read(offset, length)
    this.isRefused.resolve()
    throw new TransferError('FILE_UNREADABLE', 'Locked.')
  }
}

const place = () => ({ url: server.url, port: new MemoryRtc() })

function linkOf({ shareId, secrets }: SharePlan): LinkedShare {
  return { owner: { shareId, ...secrets }, helpKey: deriveHelpKey(secrets.secret) }
}

function audienceOf(plan: SharePlan): SendSwarm {
  return new SendSwarm({ ...portsAt(place()), plan, privacy: 'direct' })
}

/** @returns Whether all of it came, to somebody who knows no seed. */
async function arrives(plan: SharePlan): Promise<boolean> {
  const link = linkOf(plan)
  await using reader = new SwarmReader(link, place())
  const sink = await fetchAll(await openShare(reader.session, link), AbortSignal.timeout(60_000))
  return isEqual(sink.stream.subarray(0, content.length), content)
}

describe('a sender among those who have the link already', () => {
  it('serves them from its files while no seed is there, and is stored once they are', async () => {
    const plan = await network.plan([new MemoryFile('film.mp4', content)], { peers: 'direct' })
    for (const { proxy } of network.seeds) proxy.isDown = true
    using audience = audienceOf(plan)
    await using session = network.send(plan, new MemorySlot(), { audience, patience })
    expect(await arrives(plan)).toBe(true)
    expect(session.progress.frontier.onceBytes).toBe(0)
    for (const { proxy } of network.seeds) proxy.isDown = false
    expect(await session.done).toHaveLength(2)
    // It goes on serving for as long as it is there.
    expect(await arrives(plan)).toBe(true)
  })

  it('serves what an earlier run published as soon as it is there, while no seed is', async () => {
    const plan = await network.plan([new MemoryFile('film.mp4', content)], { peers: 'direct' })
    const slot = new MemorySlot()
    {
      await using session = network.send(plan, slot, { patience })
      await expect.poll(() => slot.marks.length).toBeGreaterThan(0)
      session.stop()
      await session.done.catch(() => undefined)
    }
    for (const { proxy } of network.seeds) proxy.isDown = true
    using audience = audienceOf(plan)
    const resumption = { mark: slot.marks.at(-1) ?? NO_MARK, grant: slot.journal?.grant }
    const startMs = performance.now()
    await using session = network.send(plan, slot, { audience, patience, resumption })
    expect(await arrives(plan)).toBe(true)
    // A seed counts as gone after twice as long.
    expect(performance.now() - startMs).toBeLessThan(SEED_SILENT_MS / 2)
    for (const { proxy } of network.seeds) proxy.isDown = false
    expect(await session.done).toHaveLength(2)
  })

  it('goes on for them with a file that could not be read for a moment', async () => {
    const file = new LockedFile('film.mp4', content)
    const plan = await network.plan([file], { peers: 'direct' })
    for (const { proxy } of network.seeds) proxy.isDown = true
    using audience = audienceOf(plan)
    await using session = network.send(plan, new MemorySlot(), { audience, patience })
    const arriving = arrives(plan)
    await file.isRefused.promise
    file.isLocked = false
    expect(await arriving).toBe(true)
    for (const { proxy } of network.seeds) proxy.isDown = false
    await session.done
  })

  it('gives and publishes nothing while it is paused, however long no seed takes anything', async () => {
    const file = new MemoryFile('film.mp4', content)
    const plan = await network.plan([file], { peers: 'direct' })
    const other = await network.plan([file], { peers: 'direct' })
    for (const { proxy } of network.seeds) proxy.isDown = true
    using audience = audienceOf(plan)
    audience.setPaused(true)
    await using session = network.send(plan, new MemorySlot(), { audience, patience })
    session.pause()
    const arriving = arrives(plan)
    await expect.poll(() => audience.state.peerCount).toBe(1)
    // One that was begun later and is not paused is given in the meantime.
    using going = audienceOf(other)
    await using sending = network.send(other, new MemorySlot(), { audience: going, patience })
    expect(await arrives(other)).toBe(true)
    expect(audience.state.givenBytes).toBe(0)
    session.continue()
    audience.setPaused(false)
    expect(await arriving).toBe(true)
    for (const { proxy } of network.seeds) proxy.isDown = false
    await Promise.all([session.done, sending.done])
  })

  it('gives nothing of what it published before it was paused, and goes on with it after that', async () => {
    const file = new MemoryFile('film.mp4', content)
    const plan = await network.plan([file], { peers: 'direct' })
    const other = await network.plan([file], { peers: 'direct' })
    for (const { proxy } of network.seeds) proxy.isDown = true
    using audience = audienceOf(plan)
    await using session = network.send(plan, new MemorySlot(), { audience, patience })
    expect(await arrives(plan)).toBe(true)
    session.pause()
    audience.setPaused(true)
    const { givenBytes } = audience.state
    const arriving = arrives(plan)
    // One that is not paused is given in the meantime.
    using going = audienceOf(other)
    await using sending = network.send(other, new MemorySlot(), { audience: going, patience })
    expect(await arrives(other)).toBe(true)
    // What a recipient reads before it asks for chunks counts as well, and is less than one.
    expect(audience.state.givenBytes - givenBytes).toBeLessThan(262_100)
    expect(audience.state.peerCount).toBe(1)
    session.continue()
    audience.setPaused(false)
    expect(await arriving).toBe(true)
    for (const { proxy } of network.seeds) proxy.isDown = false
    await Promise.all([session.done, sending.done])
  })

  it('gives two who come early what it gives the seeds, as far as it is published', async () => {
    const plan = await network.plan([new MemoryFile('film.mp4', content)], { peers: 'direct' })
    using audience = audienceOf(plan)
    const early = [arrives(plan), arrives(plan)]
    await using session = network.send(plan, new MemorySlot(), { audience, patience })
    expect(await Promise.all(early)).toEqual([true, true])
    expect(await session.done).toHaveLength(2)
  })

  it('serves no chunk of a file that changed, and costs nobody a ban', async () => {
    const file = new MemoryFile('film.mp4', content.slice())
    const plan = await network.plan([file], { peers: 'direct' })
    using audience = audienceOf(plan)
    await using session = network.send(plan, new MemorySlot(), { audience, patience })
    await session.done
    file.content.fill(7, 10 * 262_100, 11 * 262_100)
    const link = linkOf(plan)
    await using reader = new SwarmReader(link, place())
    const stop = new AbortController()
    const fetched = fetchAll(await openShare(reader.session, link), stop.signal)
    fetched.catch(() => undefined)
    // All but the one that changed, and the short last one.
    await expect.poll(() => audience.state.givenBytes).toBeGreaterThan((CHUNKS - 2) * 262_128)
    expect(reader.session.sources.map(({ kind }) => kind)).toEqual(['peer'])
    stop.abort(new Error('seen enough'))
    await expect(fetched).rejects.toThrow('seen enough')
  })
})

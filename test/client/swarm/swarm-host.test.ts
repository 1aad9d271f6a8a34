import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { encodeGenesis, shareIdOf } from '../../../protocol/genesis.ts'
import { strictest } from '../../../client/engine/swarm/privacy.ts'
import { parseJurisdiction } from '../../../protocol/jurisdiction.ts'
import { deriveRoomId } from '../../../protocol/key-schedule.ts'
import { LINKS_PER_MINUTE_MAX } from '../../../protocol/limits.ts'
import type { IceServer } from '../../../protocol/http/signal-json.ts'
import type { Seed } from '../../../protocol/record/directory.ts'
import { roomIdOf } from '../../../protocol/room/room-names.ts'
import { seedIdOf } from '../../../protocol/seed-id.ts'
import { RoomVisitor } from '../../signal/rooms/room-visitor.ts'
import { ListeningSignal } from '../../signal/listening-signal.ts'
import { createBlobShare, type TestShare } from '../receive/test-share.ts'
import { MemoryRtc } from './memory-rtc.ts'
import { SwarmMember } from './swarm-member.ts'

const share = await createBlobShare('host', 18)
const { signal } = new AbortController()
/** A relay that nobody asks. */
const iceServers = (): IceServer[] => [{ urls: ['turn:relay.example'] }]
let server: ListeningSignal

beforeAll(async () => {
  server = await ListeningSignal.start()
})
afterAll(() => server[Symbol.asyncDispose]())

const place = (port = new MemoryRtc()) => ({ url: server.url, port })

/** Nobody the signal server knows. */
function unlistedSeed(number: number): Seed {
  const key = new Uint8Array(32).fill(number)
  return {
    id: seedIdOf(key),
    key,
    operator: 'nobody',
    jurisdiction: parseJurisdiction('NZ'),
    place: new Uint8Array(16),
    urls: [],
    weight: 1,
    state: 'open',
  }
}

/** The same content under another genesis: another share, with the room and the keys of its own. */
function fixed(flags: Partial<TestShare['owner']['genesis']>): TestShare {
  const genesis = { ...share.owner.genesis, ...flags }
  const genesisBytes = encodeGenesis(genesis)
  const owner = { ...share.owner, genesis, genesisBytes, shareId: shareIdOf(genesisBytes) }
  return { ...share, owner }
}

describe('SwarmHost', () => {
  it('lets a newcomer who knows nothing but the link learn all of a share from a peer', async () => {
    using owner = SwarmMember.owner(share, place())
    using newcomer = new SwarmMember(share, place())
    await expect.poll(() => newcomer.sources.length).toBe(1)
    const [source] = newcomer.sources
    expect(newcomer.genesis).toEqual([share.owner.genesisBytes])
    expect(await source?.getGenesis(signal)).toEqual(share.owner.genesisBytes)
    const opened = await source?.open(signal)
    expect(opened?.sealedIndex).toEqual(share.sealedIndex)
    expect(opened?.extents).toHaveLength(2)
    expect(await source?.getChunkHashes(1, signal)).toEqual(share.hashes.slice(16 * 32))
    expect(owner.host.state.peerCount).toBe(1)
  })

  it('tells whoever comes of nothing that cannot be had here any more', async () => {
    using owner = SwarmMember.owner(share, place())
    owner.host.tell({ type: 'complete', chunkCount: 18 })
    owner.host.tell({ type: 'dropped', indexes: Array.from({ length: 17 }, (_, i) => i) })
    using newcomer = new SwarmMember(share, place())
    await expect.poll(() => newcomer.sources[0]?.held.has(17)).toBe(true)
    expect(newcomer.sources[0]?.held.size).toBe(1)
  })

  it('makes no connection before it knows what the sender allows', async () => {
    const [one, two] = [new MemoryRtc(), new MemoryRtc()]
    using first = new SwarmMember(share, place(one))
    using second = new SwarmMember(share, place(two))
    await using watcher = await RoomVisitor.open(server.url)
    const room = roomIdOf(deriveRoomId(share.helpKey, share.owner.shareId))
    // Both are in the room, and neither knows.
    await expect.poll(() => watcher.join(room)).toHaveLength(2)
    expect([...one.log, ...two.log]).toEqual([])
    using owner = SwarmMember.owner(share, place())
    await expect.poll(() => first.genesis.length + second.genesis.length).toBe(2)
    await expect.poll(() => first.sources.length + second.sources.length).toBeGreaterThan(1)
    expect(owner.host.state.privacy).toBe('direct')
  })

  it('keeps to relays where the sender fixed that, also a newcomer who chose otherwise', async () => {
    const relayed = fixed({ relayOnly: true })
    const [ownerPort, port] = [new MemoryRtc(), new MemoryRtc()]
    using owner = SwarmMember.owner(relayed, place(ownerPort), undefined, { iceServers })
    using newcomer = new SwarmMember(relayed, place(port), { iceServers })
    await expect.poll(() => newcomer.sources.length).toBe(1)
    expect([owner.host.state.privacy, newcomer.host.state.privacy]).toEqual(['relayed', 'relayed'])
    expect(new Set([...ownerPort.log, ...port.log])).toEqual(new Set(['connect relay']))
  })

  it('meets nobody in relayed mode where there is no relay, until there is one', async () => {
    const [port, ownPort] = [new MemoryRtc(), new MemoryRtc()]
    using owner = SwarmMember.owner(share, place(port), undefined, { iceServers })
    let servers: readonly IceServer[] = []
    const options = { privacy: 'relayed', iceServers: () => servers } as const
    using member = SwarmMember.owner(share, place(ownPort), undefined, options)
    expect(member.host.state.privacy).toBe('seeds-only')
    await using watcher = await RoomVisitor.open(server.url)
    const room = roomIdOf(deriveRoomId(share.helpKey, share.owner.shareId))
    await expect.poll(() => watcher.join(room)).toHaveLength(1)
    expect(ownPort.log).toEqual([])
    servers = iceServers()
    await expect.poll(() => owner.sources.length, { timeout: 15_000 }).toBe(1)
    expect(member.host.state.privacy).toBe('relayed')
    expect(new Set(ownPort.log)).toEqual(new Set(['connect relay']))
  })

  it('shows no member its address in relayed mode where the relay goes away before a member is met', async () => {
    await using silent = await RoomVisitor.open(server.url)
    await silent.join(roomIdOf(deriveRoomId(share.helpKey, share.owner.shareId)))
    const port = new MemoryRtc()
    let servers: readonly IceServer[] = iceServers()
    const options = { privacy: 'relayed', iceServers: () => servers } as const
    using member = SwarmMember.owner(share, place(port), undefined, options)
    servers = []
    await expect.poll(() => port.log).toEqual(['connect relay'])
    // Seeds see the address of who asks anyway.
    void member.host.callSeed(unlistedSeed(0)).catch(() => undefined)
    await expect.poll(() => port.log).toEqual(['connect relay', 'connect'])
  })

  it('meets nobody where the sender forbade it, or the person did not say yes', async () => {
    const forbidden = fixed({ peersForbidden: true })
    using owner = SwarmMember.owner(forbidden, place())
    using shy = SwarmMember.owner(share, place(), undefined, { privacy: 'seeds-only' })
    using open = SwarmMember.owner(share, place())
    using other = SwarmMember.owner(share, place())
    await expect.poll(() => other.sources.length).toBe(1)
    expect(open.sources).toHaveLength(1)
    expect([owner, shy].map(({ host }) => host.state.privacy)).toEqual(['seeds-only', 'seeds-only'])
    expect([owner, shy].map(({ host }) => host.state.peerCount)).toEqual([0, 0])
  })

  it('leaves those it may no longer speak to as soon as the person says so', async () => {
    using owner = SwarmMember.owner(share, place())
    using other = SwarmMember.owner(share, place())
    await expect.poll(() => owner.sources.length).toBe(1)
    owner.host.setPrivacy('seeds-only')
    await expect.poll(() => other.sources.length).toBe(0)
    expect(owner.sources).toHaveLength(0)
  })

  it('meets those it left as soon as the person thinks again, and those who may be met by a relay at once', async () => {
    const port = new MemoryRtc()
    using owner = SwarmMember.owner(share, place())
    using other = SwarmMember.owner(share, place(port), undefined, { iceServers })
    await expect.poll(() => other.sources.length).toBe(1)
    other.host.setPrivacy('seeds-only')
    await expect.poll(() => owner.sources.length).toBe(0)
    other.host.setPrivacy('direct')
    await expect.poll(() => other.sources.length).toBe(1)
    other.host.setPrivacy('relayed')
    await expect.poll(() => owner.metCount).toBe(3)
    await expect.poll(() => other.sources.length).toBe(1)
    expect(port.log.at(-1)).toBe('connect relay')
  })

  it.each(['relayed', 'seeds-only'] as const)(
    'gives up the calls that it makes when the person chooses %s',
    async (privacy) => {
      // It is called, and answers nothing.
      await using silent = await RoomVisitor.open(server.url)
      await silent.join(roomIdOf(deriveRoomId(share.helpKey, share.owner.shareId)))
      const port = new MemoryRtc()
      // No time passes, in which a call would be given up anyway.
      const still = { nowMs: () => 0 }
      using member = SwarmMember.owner(share, place(port), undefined, still)
      await expect.poll(() => port.log).toEqual(['connect'])
      const closed = new Promise((resolve) => {
        port.listen(({ type }) => type === 'close' && resolve(type))
      })
      member.host.setPrivacy(privacy)
      expect(await closed).toBe('close')
      expect(port.log).toEqual(['connect'])
    },
  )

  it('meets who lost the connection and calls again, though this end has not noticed', async () => {
    const port = new MemoryRtc()
    using owner = SwarmMember.owner(share, place())
    using other = SwarmMember.owner(share, place(port))
    await expect.poll(() => [owner.metCount, other.metCount]).toEqual([1, 1])
    port.vanish()
    await expect.poll(() => [owner.metCount, other.metCount]).toEqual([2, 2])
    expect([owner, other].map(({ host }) => host.state.peerCount)).toEqual([1, 1])
    await expect.poll(() => owner.sources[0]?.held.size).toBe(18)
  })

  it.each([
    ['had not heard of it', 'owner'],
    ['had answered, and what was to follow was lost', 'caller'],
  ])('calls anew whom it was calling when the signal server went away, who %s', async (_, end) => {
    await using restarting = await ListeningSignal.start()
    const [ownerPort, port] = [new MemoryRtc(), new MemoryRtc()]
    const { url } = restarting
    const deaf = end === 'owner' ? ownerPort : port
    deaf.isDeaf = true
    using owner = SwarmMember.owner(share, { url, port: ownerPort })
    owner.host.tell({ type: 'complete', chunkCount: 18 })
    using other = new SwarmMember(share, { url, port })
    other.host.setGenesis(share.owner.genesisBytes)
    await expect.poll(() => deaf.heardCount).toBe(1)
    deaf.isDeaf = false
    await restarting.restart()
    await expect.poll(() => other.sources.length, { timeout: 10_000 }).toBe(1)
    expect(port.log).toEqual(['connect', 'connect'])
  })

  it('calls others once the person says yes, also if a seed was called through the rooms before', async () => {
    using owner = SwarmMember.owner(share, place())
    // It calls nobody any more.
    owner.host.tell({ type: 'complete', chunkCount: 18 })
    using member = new SwarmMember(share, place(), { privacy: 'seeds-only' })
    member.host.setGenesis(share.owner.genesisBytes)
    await expect(member.host.callSeed(unlistedSeed(0))).rejects.toThrow('It cannot be called.')
    member.host.setPrivacy('direct')
    await expect.poll(() => member.sources.length).toBe(1)
  })

  it('says why it does not call a seed: it was tried a moment ago, or there are too many connections', async () => {
    using member = SwarmMember.owner(share, place(), undefined, { privacy: 'seeds-only' })
    const call = (number: number): Promise<unknown> => member.host.callSeed(unlistedSeed(number))
    await expect(call(0)).rejects.toThrow('It cannot be called.')
    await expect(call(0)).rejects.toMatchObject({ code: 'SEED_UNREACHABLE' })
    await expect(call(0)).rejects.toThrow('a few seconds ago')
    for (let number = 1; number < LINKS_PER_MINUTE_MAX; number += 1)
      void call(number).catch(() => undefined)
    await expect(call(LINKS_PER_MINUTE_MAX)).rejects.toMatchObject({ code: 'TOO_MANY_REQUESTS' })
  })

  it('blames no seed for a call that its own thread has no room for', async () => {
    const port = new MemoryRtc()
    using member = SwarmMember.owner(share, place(port), undefined, { privacy: 'seeds-only' })
    port.isFull = true
    const refusal = { code: 'TOO_MANY_REQUESTS' }
    await expect(member.host.callSeed(unlistedSeed(0))).rejects.toMatchObject(refusal)
    await expect(member.host.callSeed(unlistedSeed(0))).rejects.toMatchObject(refusal)
    expect(port.log).toEqual(['connect'])
  })

  it('ends with a peer of another version without a ban, and with one that sends no frames with one', async () => {
    const port = new MemoryRtc()
    using owner = SwarmMember.owner(share, place())
    using other = SwarmMember.owner(share, place(port))
    await expect.poll(() => owner.sources.length).toBe(1)
    port.manners.edit = (bytes) => bytes.fill(7)
    other.host.setCheckpoint(2, new Uint8Array(196))
    await expect.poll(() => owner.sources.length).toBe(0)
  })
})

it('takes the stricter of what the person chose and the sender fixed', () => {
  const open = { peersForbidden: false, relayOnly: false }
  expect(strictest('direct', open)).toBe('direct')
  expect(strictest('relayed', open)).toBe('relayed')
  expect(strictest('direct', { ...open, relayOnly: true })).toBe('relayed')
  expect(strictest('seeds-only', { ...open, relayOnly: true })).toBe('seeds-only')
  expect(strictest('direct', { peersForbidden: true, relayOnly: true })).toBe('seeds-only')
})

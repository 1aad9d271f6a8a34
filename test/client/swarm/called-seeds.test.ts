import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isEqual } from '../../../protocol/bytes.ts'
import type { IceServer } from '../../../protocol/http/signal-json.ts'
import { ListeningSignal } from '../../signal/listening-signal.ts'
import { PeerSource } from '../../../client/engine/swarm/peer-source.ts'
import { fetchAll, MemorySeen, openShare } from '../receive/reader.ts'
import { ShareHost } from '../receive/share-host.ts'
import { createBlobShare, viewOf } from '../receive/test-share.ts'
import { CalledSeed } from './called-seed.ts'
import { MemoryRtc } from './memory-rtc.ts'
import { SwarmMember, SwarmReader } from './swarm-member.ts'

const CHUNKS = 18
const share = await createBlobShare('called', CHUNKS)
const relayed = await createBlobShare('relayed', 1, { genesis: { relayOnly: true } })
const iceServers = (): IceServer[] => [{ urls: ['turn:relay.example'] }]
let server: ListeningSignal
let seed: CalledSeed

beforeAll(async () => {
  server = await ListeningSignal.start()
  seed = await CalledSeed.start('called', server, share)
  await seed.keep(relayed)
})
afterAll(async () => {
  await seed[Symbol.asyncDispose]()
  await server[Symbol.asyncDispose]()
})

const place = () => ({ url: server.url, port: new MemoryRtc() })

/** Somebody to whom that seed alone is known. */
function readerOf(): SwarmReader {
  return new SwarmReader(share, place(), { called: [seed.entry], privacy: 'seeds-only' })
}

describe('a seed that is called over WebRTC', () => {
  it.each([
    ['is lost', () => seed.port.drop()],
    ['lets go whoever says nothing', () => seed.waitIdle()],
    [
      'starts again',
      () => {
        seed.end()
        seed.begin()
      },
    ],
  ])('is called again after it %s, and brings all of it', async (_how, hangUp) => {
    await using reader = readerOf()
    const { session } = reader
    const content = await openShare(session, share)
    const [before] = session.sources
    const gone = new Promise((resolve) => before?.signal?.addEventListener('abort', resolve))
    hangUp()
    await gone
    expect(session.sources).toEqual([])
    const sink = await fetchAll(content)
    expect(isEqual(sink.stream, share.stream)).toBe(true)
    expect(session.sources.map(({ id }) => id)).toEqual([seed.entry.id])
  })

  it('refuses at once what is asked of it after it hung up', async () => {
    using member = new SwarmMember(share, place(), { privacy: 'seeds-only' })
    member.host.setGenesis(share.owner.genesisBytes)
    const source = await member.host.callSeed(seed.entry)
    const gone = new Promise((resolve) => source.signal.addEventListener('abort', resolve))
    seed.port.drop()
    await gone
    const { signal } = new AbortController()
    const refusal = { code: 'SEED_UNREACHABLE' }
    const chunks = source.getChunks({ first: 0, count: 1 }, signal)
    await expect(chunks.next()).rejects.toMatchObject(refusal)
    await expect(source.getChunkHashes(0, signal)).rejects.toMatchObject(refusal)
  })

  it('says that it has no place, and is not taken for one that is away, though it is asked again', async () => {
    await using full = await CalledSeed.start('full', server, share)
    full.end()
    full.linksMax = 0
    full.begin()
    using member = new SwarmMember(share, place(), { privacy: 'seeds-only' })
    const refusal = { code: 'TOO_MANY_REQUESTS' }
    await expect(member.host.callSeed(full.entry)).rejects.toMatchObject(refusal)
    await expect(member.host.callSeed(full.entry)).rejects.toMatchObject(refusal)
    expect(full.counts.refused).toBe(1)
  })

  it.each([
    ['the person', 'relayed', share],
    ['the sender', 'direct', relayed],
  ] as const)(
    'is called as in seeds-only mode where %s chose a relay, and there is none',
    async (_who, privacy, own) => {
      const port = new MemoryRtc()
      const options = { called: [seed.entry], privacy }
      await using reader = new SwarmReader(own, { url: server.url, port }, options)
      const { session } = reader
      const content = await openShare(session, own)
      expect(reader.swarm.state.privacy).toBe('seeds-only')
      // Also once it is known what the sender chose.
      seed.port.drop()
      const sink = await fetchAll(content)
      expect(isEqual(sink.stream, own.stream)).toBe(true)
      expect(port.log).toEqual(['connect', 'connect'])
    },
  )

  it('is called through the relay by a person who chose it, where there is one', async () => {
    const port = new MemoryRtc()
    const options = { called: [seed.entry], privacy: 'relayed', iceServers } as const
    await using reader = new SwarmReader(share, { url: server.url, port }, options)
    await openShare(reader.session, share)
    expect(port.log).toEqual(['connect relay'])
  })

  it('brings chunks of one download together with one that HTTP reaches', async () => {
    await using host = await ShareHost.start(0, share, viewOf(share))
    host.manners.bytesPerMs = 2000
    const port = new MemoryRtc()
    const options = { seeds: [host], called: [seed.entry], privacy: 'seeds-only' } as const
    await using reader = new SwarmReader(share, { url: server.url, port }, options)
    const { session } = reader
    const content = await openShare(session, share)
    await expect.poll(() => session.sources.length).toBe(2)
    const before = seed.counts.sentBytes
    const sink = await fetchAll(content)
    expect(isEqual(sink.stream, share.stream)).toBe(true)
    expect(host.sentChunks).toBeGreaterThan(0)
    expect(seed.counts.sentBytes - before).toBeGreaterThan(0)
  })

  it('is called in the middle of a download, where HTTP reaches it no more', async () => {
    await using host = await ShareHost.start(0, share, viewOf(share))
    host.manners.bytesPerMs = 2000
    // The same seed, as HTTP reaches it.
    const both = { ...seed.entry, urls: host.seed.urls }
    const port = new MemoryRtc()
    const options = { called: [both], privacy: 'seeds-only' } as const
    await using reader = new SwarmReader(share, { url: server.url, port }, options)
    const { session } = reader
    const content = await openShare(session, share)
    const fetching = fetchAll(content)
    await expect.poll(() => host.sentChunks).toBeGreaterThan(1)
    expect(session.sources.map(({ kind }) => kind)).toEqual(['seed'])
    host.manners.isDown = true
    host.drop()
    expect(isEqual((await fetching).stream, share.stream)).toBe(true)
    expect(session.sources.map(({ kind }) => kind)).toEqual(['seed-rtc'])
    // Where that is over, too, it is asked again the one way and the other.
    host.manners.isDown = false
    seed.port.drop()
    await expect.poll(() => session.sources).toEqual([])
    await fetchAll(content)
    expect(session.sources.map(({ kind }) => kind)).toEqual(['seed'])
  })

  it('stays connected where all chunks are here: there is more to ask it for', async () => {
    await using reader = readerOf()
    const { session, swarm } = reader
    await openShare(session, share)
    swarm.complete(CHUNKS)
    const [source] = session.sources
    await expect.poll(() => (source instanceof PeerSource ? source.held.has(17) : false)).toBe(true)
    expect(await source?.getChunkHashes(1, session.signal)).toEqual(share.hashes.slice(16 * 32))
    expect(session.sources).toEqual([source])
  })
})

describe('C09: a seed that is called where the signal server comes and goes', () => {
  it('brings all of it as soon as both are back', async () => {
    await using own = await ListeningSignal.start()
    await using there = await CalledSeed.start('early', own, share)
    await own.stop()
    const options = { called: [there.entry], privacy: 'seeds-only' } as const
    await using reader = new SwarmReader(share, { url: own.url, port: new MemoryRtc() }, options)
    // The call is made, and waits.
    await expect.poll(() => reader.session.entries[0]?.phase).toBe('asking')
    await own.startAgain()
    await there.report()
    await expect.poll(() => reader.session.sources.length, { timeout: 15_000 }).toBe(1)
    const sink = await fetchAll(await openShare(reader.session, share))
    expect(isEqual(sink.stream, share.stream)).toBe(true)
  })

  it('is given up at once where nobody answered yet, and may be called again at once', async () => {
    await using own = await ListeningSignal.start()
    await using there = await CalledSeed.start('late', own, share)
    there.port.isDeaf = true
    using member = new SwarmMember(share, { url: own.url, port: new MemoryRtc() })
    const called = member.host.callSeed(there.entry)
    await expect.poll(() => there.counts.answered).toBe(1)
    // Somebody listens before it is said.
    called.catch(() => undefined)
    await own.stop()
    await expect(called).rejects.toThrow('went away before the seed was connected')
    const again = member.host.callSeed(there.entry).then(
      () => 'connected',
      () => 'refused',
    )
    expect(await Promise.race([again, setTimeout(100, 'waits')])).toBe('waits')
    member[Symbol.dispose]()
    // Nobody waits for ever.
    expect(await again).toBe('refused')
    await expect(member.host.callSeed(there.entry)).rejects.toMatchObject({ code: 'STOPPED' })
  })
})

it('forgets a peer that leaves while what it showed is being written down', async () => {
  class SlowSeen extends MemorySeen {
    readonly asked = Promise.withResolvers<void>()
    readonly done = Promise.withResolvers<void>()
    override async save(...what: Parameters<MemorySeen['save']>): Promise<void> {
      this.asked.resolve()
      await this.done.promise
      await super.save(...what)
    }
  }
  const seen = new SlowSeen()
  const owner = SwarmMember.owner(share, place())
  await using reader = new SwarmReader(share, place(), { seen })
  await seen.asked.promise
  owner[Symbol.dispose]()
  await expect.poll(() => reader.swarm.state.peerCount).toBe(0)
  seen.done.resolve()
  await expect.poll(() => reader.session.knownRecord?.accepted).toBeDefined()
  await new Promise(setImmediate)
  expect(reader.session.sources).toEqual([])
})

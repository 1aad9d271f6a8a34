import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { isEqual } from '../../../protocol/bytes.ts'
import { TransferError } from '../../../protocol/errors.ts'
import { ListeningSignal } from '../../signal/listening-signal.ts'
import { ServingSink } from '../../../client/cli/serving-sink.ts'
import { Download } from '../../../client/engine/receive/download.ts'
import { createRandom } from '../../random.ts'
import { fetchAll, MemorySink, openShare } from '../receive/reader.ts'
import { ShareHost } from '../receive/share-host.ts'
import { createBlobShare, DAY_MS, viewOf } from '../receive/test-share.ts'
import { MemoryRtc } from './memory-rtc.ts'
import { GenesisTeller } from './genesis-teller.ts'
import { shelfOf, SwarmMember, SwarmReader } from './swarm-member.ts'
import { shareIdOf } from '../../../protocol/genesis.ts'

afterEach(() => vi.restoreAllMocks())

const share = await createBlobShare('swarm', 40)
let server: ListeningSignal

beforeAll(async () => {
  server = await ListeningSignal.start()
})
afterAll(() => server[Symbol.asyncDispose]())

const place = (port = new MemoryRtc()) => ({ url: server.url, port })

/** @returns Whether all of it came, and is what was sealed. */
async function fetches({ session }: SwarmReader): Promise<boolean> {
  const sink = await fetchAll(await openShare(session, share))
  return isEqual(sink.stream, share.stream)
}

describe('a share in its swarm', () => {
  it('comes whole from peers where there is no seed', async () => {
    using owner = SwarmMember.owner(share, place())
    await using reader = new SwarmReader(share, place())
    expect(await fetches(reader)).toBe(true)
    expect(owner.host.state.givenBytes).toBeGreaterThan(39 * 262_128)
  })

  it('F27: is refused where another member shows a genesis that is newer than this program, and ends in words', async () => {
    const genesisBytes = share.owner.genesisBytes.slice()
    // The suite.
    genesisBytes[4] = 2
    const newer = {
      ...share,
      owner: { ...share.owner, genesisBytes, shareId: shareIdOf(genesisBytes) },
    }
    using member = new GenesisTeller(newer, place())
    await using reader = new SwarmReader(newer, place())
    await expect(reader.session.genesis()).rejects.toMatchObject({ code: 'GENESIS_INVALID' })
    expect(member.heard).toContain('ask-genesis')
    expect(reader.session.signal.aborted).toBe(true)
  })

  it('is passed on by whoever has it, when the sender is gone', async () => {
    const owner = SwarmMember.owner(share, place())
    await using first = new SwarmReader(share, place())
    expect(await fetches(first)).toBe(true)
    owner[Symbol.dispose]()
    first.swarm.open(shelfOf(share).sealed)
    first.swarm.hold(Array.from({ length: 40 }, (_, i) => i))
    await using second = new SwarmReader(share, place())
    expect(await fetches(second)).toBe(true)
  })

  it('comes whole from one whose files cannot be read for a moment', async () => {
    const { published, sealed } = shelfOf(share)
    const refused: number[] = []
    const read = (index: number) => {
      if (refused.length === 2) return sealed.read(index)
      refused.push(index)
      throw new TransferError('FILE_UNREADABLE', 'Another program has it.')
    }
    const shelf = { published, sealed: { read } }
    using owner = SwarmMember.owner(share, place(), viewOf(share), { shelf })
    await using reader = new SwarmReader(share, place())
    expect(await fetches(reader)).toBe(true)
    expect(refused).toHaveLength(2)
    expect(owner.host.state.peerCount).toBe(1)
  })

  it('comes from seeds and peers at once', async () => {
    await using seed = await ShareHost.start(0, share, viewOf(share))
    seed.manners.bytesPerMs = 1000
    using owner = SwarmMember.owner(share, place())
    await using reader = new SwarmReader(share, place(), { seeds: [seed] })
    await expect.poll(() => owner.host.state.peerCount).toBe(1)
    expect(await fetches(reader)).toBe(true)
    expect(seed.sentChunks).toBeGreaterThan(0)
    // The peer is much faster than the seed. Hashes alone are given bytes, too.
    expect(owner.host.state.givenBytes).toBeGreaterThan(20 * 262_128)
  })

  it('costs a seed less than two copies where two fetch it at once, each in an order of its own', async () => {
    await using seed = await ShareHost.start(0, share, viewOf(share))
    seed.manners.bytesPerMs = 1000
    await using stack = new AsyncDisposableStack()
    const readers = [1, 2].map(() => {
      const reader = stack.use(new SwarmReader(share, place(), { seeds: [seed] }))
      reader.swarm.open(shelfOf(share).sealed)
      return reader
    })
    await expect.poll(() => readers.every(({ swarm }) => swarm.state.peerCount === 1)).toBe(true)
    const fetching = readers.map(async ({ session, swarm }, i) => {
      const content = await openShare(session, share)
      const sink = new MemorySink(content.layout.chunkCount)
      const serving = new ServingSink(sink, (indexes) => swarm.hold(indexes))
      const random = createRandom(i)
      await new Download({ content, sink: serving, random }).run(AbortSignal.timeout(30_000))
      return isEqual(sink.stream, share.stream)
    })
    expect(await Promise.all(fetching)).toEqual([true, true])
    expect(seed.sentChunks).toBeLessThan(1.5 * 40)
  })

  it('grows while it is fetched, and is complete once it is sealed', async () => {
    using owner = SwarmMember.owner(share, place(), viewOf(share, 16))
    await using reader = new SwarmReader(share, place())
    const content = await openShare(reader.session, share)
    const fetching = fetchAll(content)
    for (const count of [32, 40]) {
      await expect.poll(() => owner.host.state.givenBytes).toBeGreaterThan((count - 25) * 262_128)
      owner.host.setCheckpoint(count + 1, viewOf(share, count).checkpoint)
      owner.host.tell({ type: 'held', indexes: Array.from({ length: count }, (_, i) => i) })
    }
    expect(isEqual((await fetching).stream, share.stream)).toBe(true)
  })
})

describe('D01: a peer that sends corrupt chunks', () => {
  it('is banned at the first, and costs one chunk', async () => {
    const port = new MemoryRtc()
    let corrupted = 0
    // Chunk frames only, whose type is 5.
    port.manners.edit = (bytes) => {
      if (bytes[0] === 5) {
        corrupted += 1
        bytes[1000] = (bytes[1000] ?? 0) ^ 1
      }
      return bytes
    }
    using liar = SwarmMember.owner(share, place(port))
    using honest = SwarmMember.owner(share, place())
    await using reader = new SwarmReader(share, place())
    expect(await fetches(reader)).toBe(true)
    expect(corrupted).toBe(1)
    expect([liar.metCount, liar.sources.length]).toEqual([2, 1])
    expect(reader.session.sources.map(({ kind }) => kind)).toEqual(['peer'])
    expect(honest.host.state.givenBytes).toBeGreaterThan(38 * 262_128)
  })

  it('is banned for hashes and checkpoints that nobody signed', async () => {
    const forged = viewOf(share)
    forged.checkpoint[100] = (forged.checkpoint[100] ?? 0) ^ 1
    using liar = SwarmMember.owner(share, place(), forged)
    await using reader = new SwarmReader(share, place())
    await expect.poll(() => [liar.metCount, liar.sources.length]).toEqual([1, 0])
    expect(reader.session.sources).toEqual([])
    using honest = SwarmMember.owner(share, place())
    expect(await fetches(reader)).toBe(true)
    expect(honest.host.state.givenBytes).toBeGreaterThan(39 * 262_128)
  })
})

describe('a machine whose clock is three days behind', () => {
  const behindMs = Date.now() - 3 * DAY_MS
  const options = { issuedAtMs: Date.now() }

  it('bans nobody for what the owner signed, and takes it once the clock is set', async () => {
    let clockMs = behindMs
    const { pass, isHeld } = holdRetries()
    using owner = SwarmMember.owner(share, place(), viewOf(share, 40, options))
    await using reader = new SwarmReader(share, place(), { clockMs: () => clockMs })
    await expect.poll(isHeld).toBe(true)
    expect([owner.metCount, owner.sources.length]).toEqual([1, 1])
    expect(reader.session.sources).toEqual([])
    clockMs = Date.now()
    pass()
    expect(await fetches(reader)).toBe(true)
    expect(owner.metCount).toBe(1)
  })

  it('stays with who served it when the sender publishes more', async () => {
    using owner = SwarmMember.owner(share, place(), viewOf(share, 16, { issuedAtMs: behindMs }))
    await using reader = new SwarmReader(share, place(), { clockMs: () => behindMs })
    await openShare(reader.session, share)
    const [source] = reader.session.sources
    const { mock } = vi.spyOn(reader.session, 'note')
    owner.host.setCheckpoint(41, viewOf(share, 40, options).checkpoint)
    const isRefused = (): boolean => mock.calls.some(([, fault]) => fault !== undefined)
    await expect.poll(isRefused).toBe(true)
    expect(source).toBeDefined()
    expect(reader.session.sources).toEqual([source])
  })

  it('bans who shows hashes that the owner did not sign', async () => {
    const forged = viewOf(share, 40, { ...options, root: new Uint8Array(32) })
    using liar = SwarmMember.owner(share, place(), forged)
    await using reader = new SwarmReader(share, place(), { clockMs: () => behindMs })
    await expect.poll(() => [liar.metCount, liar.sources.length]).toEqual([1, 0])
    expect(reader.session.sources).toEqual([])
  })
})

/** Holds the next try at a peer whose checkpoint is ahead. @returns What lets it be made, and whether it waits. */
function holdRetries(): { pass: () => void; isHeld: () => boolean } {
  const realTimeout = setTimeout
  let held: (() => void) | undefined
  vi.spyOn(globalThis, 'setTimeout').mockImplementation((run, ms) => {
    if (ms !== 30_000) return realTimeout(run, ms)
    held = run
    return realTimeout(() => undefined, 0)
  })
  return { pass: () => held?.(), isHeld: () => held !== undefined }
}

describe('C09: the signal server', () => {
  it('may go away and come back, and transfers go on', async () => {
    const own = await ListeningSignal.start()
    const at = { url: own.url, port: new MemoryRtc() }
    using owner = SwarmMember.owner(share, at)
    await using reader = new SwarmReader(share, { url: own.url, port: new MemoryRtc() })
    await expect.poll(() => owner.host.state.peerCount).toBe(1)
    const content = await openShare(reader.session, share)
    await own[Symbol.asyncDispose]()
    const sink = await fetchAll(content)
    expect(isEqual(sink.stream, share.stream)).toBe(true)
  })
})

import { describe, expect, it } from 'vitest'
import { isEqual, type Bytes } from '../../../protocol/bytes.ts'
import { CHUNK_PLAIN_BYTES } from '../../../protocol/limits.ts'
import { TransferError } from '../../../protocol/errors.ts'
import { ChunkSet } from '../../../protocol/swarm/chunk-set.ts'
import { Download } from '../../../client/engine/receive/download.ts'
import type { ShareContent } from '../../../client/engine/receive/share-content.ts'
import { fetchAll, MemorySink, openSession, openShare } from './reader.ts'
import { createRandom } from '../../random.ts'
import { LocalStore } from './local-store.ts'
import { ShareHost } from './share-host.ts'
import { createBlobShare, createTestShare, deletedView, fileBytes, viewOf } from './test-share.ts'

const share = await createBlobShare('download', 40)
const all = share.chunks.map((_, i) => i)

function expectWhole(sink: MemorySink): void {
  expect(isEqual(sink.stream, share.stream)).toBe(true)
  expect(sink.written.toSorted((a, b) => a - b)).toEqual(all)
}

function plainChunks(): Bytes[] {
  return all.map((i) => share.stream.slice(i * CHUNK_PLAIN_BYTES, (i + 1) * CHUNK_PLAIN_BYTES))
}

describe('Download', () => {
  it('fetches a sealed share from two seeds, each chunk once', async () => {
    await using a = await ShareHost.start(0, share, viewOf(share))
    await using b = await ShareHost.start(1, share, viewOf(share))
    // So slow that both have work.
    for (const { manners } of [a, b]) manners.bytesPerMs = 20_000
    await using session = openSession(share, [a, b])
    expectWhole(await fetchAll(await openShare(session, share)))
    expect(a.sentChunks).toBeGreaterThan(0)
    expect(b.sentChunks).toBeGreaterThan(0)
    expect(a.sentChunks + b.sentChunks).toBeLessThanOrEqual(44)
  })

  it('has its first byte after genesis, open and data: three round trips to a seed', async () => {
    await using host = await ShareHost.start(0, share, viewOf(share))
    await using session = openSession(share, [host])
    await fetchAll(await openShare(session, share))
    expect(host.log.slice(0, 2)).toEqual(['GET', 'POST /open'])
    // Hashes are asked for together with the chunks that they are needed for.
    expect(host.log.slice(2, 4).some((call) => call.startsWith('GET /data 0-'))).toBe(true)
  })

  it('says of one file of a live share that all of it is here, and waits for the seal', async () => {
    const live = await createTestShare('live', [
      { path: 'first', size: 16 * CHUNK_PLAIN_BYTES },
      { path: 'rest', size: 8 * CHUNK_PLAIN_BYTES },
    ])
    await using host = await ShareHost.start(0, live, viewOf(live, 16))
    await using session = openSession(live, [host])
    const content = await openShare(session, live)
    const sink = new MemorySink(content.layout.chunkCount)
    const download = new Download({ content, sink, entries: new Set([0]) })
    const running = download.run(AbortSignal.timeout(60_000))
    await expect.poll(() => download.wait).toEqual({ reason: 'unsealed' })
    expect(download.checkedBytes).toBe(download.totalBytes)
    host.show(viewOf(live))
    await running
    expect(download.wait).toBeUndefined()
  })

  it('waits for the sender, follows as the share grows, and ends when it is sealed', async () => {
    await using a = await ShareHost.start(0, share, viewOf(share, 0))
    await using b = await ShareHost.start(1, share, viewOf(share, 0))
    await using session = openSession(share, [a, b])
    const opening = openShare(session, share)
    for (const host of [a, b]) host.show(viewOf(share, 16))
    const content = await opening
    const sink = new MemorySink(content.layout.chunkCount)
    const download = new Download({ content, sink })
    const running = download.run(AbortSignal.timeout(30_000))
    await expect.poll(() => sink.written.length).toBe(16)
    await expect.poll(() => download.wait).toEqual({ reason: 'unpublished' })
    a.show(viewOf(share, 32))
    await expect.poll(() => sink.written.length).toBe(32)
    b.show(viewOf(share))
    await running
    expectWhole(sink)
  })

  it('puts a live share together from seeds that hold different extents', async () => {
    await using a = await ShareHost.start(0, share, viewOf(share, 32))
    await using b = await ShareHost.start(1, share, viewOf(share, 32))
    a.manners.held = new ChunkSet(share.chunks.length)
    a.manners.held.addRange(0, 16)
    b.manners.held = new ChunkSet(share.chunks.length)
    b.manners.held.addRange(16, 32)
    await using session = openSession(share, [a, b])
    const content = await openShare(session, share)
    const sink = new MemorySink(content.layout.chunkCount)
    const running = new Download({ content, sink }).run(AbortSignal.timeout(30_000))
    await expect.poll(() => sink.written.length).toBe(32)
    for (const host of [a, b]) {
      host.show(viewOf(share))
      host.manners.held?.addRange(32, 40)
    }
    await running
    expectWhole(sink)
  })

  it('fetches only the chunks of the wanted files, and ends only when the share is sealed', async () => {
    const files = [
      { path: 'first', size: 600_000 },
      { path: 'wanted', size: 900_000 },
      { path: 'last', size: 5_000_000 },
    ]
    const many = await createTestShare('parts', files)
    await using host = await ShareHost.start(0, many, viewOf(many, 16))
    await using session = openSession(many, [host])
    const content = await openShare(session, many)
    const sink = new MemorySink(content.layout.chunkCount)
    const download = new Download({ content, sink, entries: new Set([1]) })
    expect(download.totalBytes).toBe(900_000)
    let isEnded = false
    const running = download.run(AbortSignal.timeout(30_000)).then(() => (isEnded = true))
    await expect.poll(() => download.doneBytes).toBe(900_000)
    await new Promise((resolve) => setImmediate(resolve))
    expect(isEnded).toBe(false)
    expect(sink.written.toSorted((a, b) => a - b)).toEqual([2, 3, 4, 5])
    const segments = sink.written
      .toSorted((a, b) => a - b)
      .flatMap((chunk) => content.layout.segmentsOf(chunk).map((segment) => ({ chunk, segment })))
      .filter(({ segment }) => segment.entry === 1)
    const bytes = segments.map(({ chunk, segment: { chunkOffset, length } }) => {
      return sink.chunks[chunk]?.slice(chunkOffset, chunkOffset + length) ?? new Uint8Array(0)
    })
    expect(isEqual(Buffer.concat(bytes), fileBytes(many, 'wanted'))).toBe(true)
    host.show(viewOf(many))
    await running
  })

  it('keeps what a sink has from before if it is right, and fetches the rest', async () => {
    await using host = await ShareHost.start(0, share, viewOf(share))
    await using session = openSession(share, [host])
    const content = await openShare(session, share)
    const before: (Bytes | undefined)[] = plainChunks().slice(0, 30)
    before[7] = undefined
    before[9] = before[9]?.fill(1)
    before[11] = before[10]
    before[13] = before[13]?.slice(1)
    const sink = new MemorySink(content.layout.chunkCount, before)
    const download = new Download({ content, sink })
    await download.run(AbortSignal.timeout(30_000))
    expect(isEqual(sink.stream, share.stream)).toBe(true)
    expect(sink.confirmed).toHaveLength(26)
    expect(sink.written.toSorted((a, b) => a - b)).toEqual([7, 9, 11, 13, ...all.slice(30)])
    expect(download.doneBytes).toBe(share.index[0]?.size)
  })

  it('holds no more chunks than its window, however slow the sink is', async () => {
    await using host = await ShareHost.start(0, share, viewOf(share))
    await using session = openSession(share, [host])
    const content = await openShare(session, share)
    const sink = new MemorySink(content.layout.chunkCount)
    const gate = Promise.withResolvers<void>()
    sink.pause = () => gate.promise
    const download = new Download({ content, sink, windowChunks: 8 })
    const running = download.run(AbortSignal.timeout(30_000))
    await expect.poll(() => download.wait).toEqual({ reason: 'saving' })
    expect(sink.written).toHaveLength(8)
    expect(host.sentChunks).toBeLessThanOrEqual(8)
    // What is here counts, though it waits to be written: a sink that takes them in order may wait long.
    expect([download.checkedBytes, download.doneBytes]).toEqual([8 * CHUNK_PLAIN_BYTES, 0])
    gate.resolve()
    await running
    expectWhole(sink)
  })

  it('goes on into a store where the sink is slow, and reads each chunk there when it is near', async () => {
    await using host = await ShareHost.start(0, share, viewOf(share))
    await using session = openSession(share, [host])
    const content = await openShare(session, share)
    const sink = new MemorySink(content.layout.chunkCount)
    const gate = Promise.withResolvers<void>()
    sink.pause = () => gate.promise
    const store = new LocalStore(content.layout.chunkCount)
    const sizes = { windowChunks: all.length, nearChunks: 8 }
    const keep = store.keep.bind(store)
    const download = new Download({
      content,
      sink,
      keep,
      sources: [store],
      random: createRandom(1),
      ...sizes,
    })
    const running = download.run(AbortSignal.timeout(30_000))
    const size = share.index[0]?.size
    await expect.poll(() => download.checkedBytes).toBe(size)
    expect(sink.written).toHaveLength(8)
    expect(store.held.size).toBe(all.length)
    gate.resolve()
    await running
    expectWhole(sink)
    expect(store.readCount).toBe(all.length - 8)
    expect(host.sentChunks).toBe(all.length)
    expect([download.checkedBytes, download.doneBytes]).toEqual([size, size])
  })

  it('ends with what the sink says', async () => {
    await using host = await ShareHost.start(0, share, viewOf(share))
    await using session = openSession(share, [host])
    const content = await openShare(session, share)
    const sink = new MemorySink(content.layout.chunkCount)
    sink.pause = () => Promise.reject(new TransferError('DISK_FULL', 'no room'))
    const download = new Download({ content, sink })
    await expect(download.run(new AbortController().signal)).rejects.toThrow('no room')
  })

  it('ends at once when it is stopped, and when the owner deletes the share', async () => {
    await using host = await ShareHost.start(0, share, viewOf(share))
    host.manners.bytesPerMs = 500
    await using session = openSession(share, [host])
    const content = await openShare(session, share)
    const stop = new AbortController()
    const sink = new MemorySink(content.layout.chunkCount)
    const stopped = new Download({ content, sink }).run(stop.signal)
    stop.abort(new TransferError('STOPPED', 'enough'))
    await expect(stopped).rejects.toThrow('enough')
    const download = new Download({ content, sink: new MemorySink(content.layout.chunkCount) })
    const running = download.run(new AbortController().signal)
    host.show(deletedView(share))
    await expect(running).rejects.toMatchObject({ code: 'SHARE_DELETED' })
  })

  it('goes on when its only seed was away', async () => {
    await using host = await ShareHost.start(0, share, viewOf(share))
    host.manners.bytesPerMs = 10_000
    await using session = openSession(share, [host])
    const content: ShareContent = await openShare(session, share)
    const sink = new MemorySink(content.layout.chunkCount)
    const download = new Download({ content, sink })
    const running = download.run(AbortSignal.timeout(30_000))
    await expect.poll(() => sink.written.length).toBeGreaterThan(3)
    host.manners.isDown = true
    host.drop()
    await expect.poll(() => download.wait?.reason).toBe('unreachable')
    host.manners.isDown = false
    await running
    expectWhole(sink)
  })

  it('keeps sealed chunks for a store, and takes them from there the next time', async () => {
    await using host = await ShareHost.start(0, share, viewOf(share))
    await using session = openSession(share, [host])
    const content = await openShare(session, share)
    const kept = new Map<number, Bytes>()
    const sink = new MemorySink(content.layout.chunkCount)
    const signal = AbortSignal.timeout(30_000)
    await new Download({ content, sink, keep: (i, sealed) => kept.set(i, sealed) }).run(signal)
    expect(kept.size).toBe(40)
    host.sentChunks = 0
    host.manners.bytesPerMs = 2000
    const store = {
      id: 'store',
      name: 'this machine',
      kind: 'local' as const,
      traits: { runChunksMax: 64, runsMax: 4 },
      async *watchHeld() {},
      async *getChunks({ first, count }: { first: number; count: number }) {
        for (let index = first; index < first + count; index += 1) {
          yield { index, sealed: kept.get(index) ?? new Uint8Array(0) }
        }
      },
    }
    const again = new MemorySink(content.layout.chunkCount)
    await new Download({ content, sink: again, sources: [store] }).run(signal)
    expectWhole(again)
    expect(host.sentChunks).toBeLessThan(20)
  })
})

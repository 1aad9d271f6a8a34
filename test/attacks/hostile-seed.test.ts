import { describe, expect, it } from 'vitest'
import { concat, isEqual, type Bytes } from '../../protocol/bytes.ts'
import { TransferError } from '../../protocol/errors.ts'
import { HASH_BYTES } from '../../protocol/hash-list.ts'
import { CHUNK_PLAIN_BYTES } from '../../protocol/limits.ts'
import { Download } from '../../client/engine/receive/download.ts'
import { MemorySink, openSession, openShare } from '../client/receive/reader.ts'
import { ShareHost } from '../client/receive/share-host.ts'
import { createBlobShare, viewOf } from '../client/receive/test-share.ts'

const share = await createBlobShare('honest', 20)
const other = await createBlobShare('spliced', 20)
const chunkAt = (call: string): number => Number(/^chunk (\d+)$/.exec(call)?.[1] ?? Number.NaN)

/** What a hostile seed makes of the honest bytes of a chunk. */
type Tamper = (index: number, honest: Bytes) => Bytes

const onChunks: Record<string, Tamper> = {
  'A01: flips a bit of a chunk': (_index, honest) => flip(honest, honest.length >> 1),
  'A01: flips a bit of the tag': (_index, honest) => flip(honest, honest.length - 1),
  'A02: serves the next chunk in its place': (index) => share.chunks[(index + 1) % 19] ?? empty,
  'A02: serves the same chunk for all': () => share.chunks[3] ?? empty,
  'A03: serves the chunk of another share': (index) => other.chunks[index] ?? empty,
  'A04: serves the last chunk as one in the middle': () => padded(share.chunks[19] ?? empty),
  'A05: serves a chunk twice as if there were more': (index) => share.chunks[index >> 1] ?? empty,
}
const empty = new Uint8Array(0)

function flip(bytes: Bytes, at: number): Bytes {
  const flipped = bytes.slice()
  flipped[at] = (flipped[at] ?? 0) ^ 1
  return flipped
}

function padded(bytes: Bytes): Bytes {
  const whole = new Uint8Array(share.chunks[0]?.length ?? 0)
  whole.set(bytes.subarray(0, whole.length))
  return whole
}

/** Every byte that reached the sink is the owner's, in its place. */
function expectOnlyHonest(sink: MemorySink): void {
  for (const [index, plain] of sink.chunks.entries()) {
    if (plain === undefined) continue
    const start = index * CHUNK_PLAIN_BYTES
    const honest = share.stream.subarray(start, start + CHUNK_PLAIN_BYTES)
    expect(isEqual(plain, honest)).toBe(true)
  }
}

describe.each(Object.entries(onChunks))('%s', (_name, tamper) => {
  const edit = (call: string, body: Bytes): Bytes => {
    const index = chunkAt(call)
    return Number.isNaN(index) ? body : tamper(index, body)
  }

  it('is banned at its first wrong chunk, and the honest seed gives it all', async () => {
    await using hostile = await ShareHost.start(0, share, viewOf(share))
    await using honest = await ShareHost.start(1, share, viewOf(share))
    hostile.manners.edit = edit
    // So that the hostile one is asked, too.
    honest.manners.answerMs = 100
    await using session = openSession(share, [hostile, honest])
    const content = await openShare(session, share)
    const sink = new MemorySink(20)
    await new Download({ content, sink }).run(AbortSignal.timeout(20_000))
    expect(isEqual(sink.stream, share.stream)).toBe(true)
    const entry = session.entries.find(({ seed }) => seed.id === hostile.seed.id)
    expect(entry).toMatchObject({ phase: 'banned', fault: { code: 'HASH_MISMATCH' } })
  })

  it('is waited out where it is alone, and no wrong byte is released', async () => {
    await using hostile = await ShareHost.start(0, share, viewOf(share))
    hostile.manners.edit = edit
    await using session = openSession(share, [hostile])
    const content = await openShare(session, share)
    const sink = new MemorySink(20)
    const download = new Download({ content, sink })
    const stop = new AbortController()
    const running = download.run(stop.signal)
    await expect.poll(() => download.wait?.reason).toMatch(/no-source|dishonest/)
    stop.abort(new TransferError('STOPPED', 'stop'))
    await expect(running).rejects.toThrow('stop')
    expectOnlyHonest(sink)
  })
})

/** What a hostile seed says instead of the checkpoint, the index and the hashes of the first answer. */
const onOpen: Record<string, (honest: Bytes) => Bytes> = {
  'A01: flips a bit of the checkpoint': (honest) => flip(honest, 40),
  'A01: flips a bit of the signature': (honest) => flip(honest, 195),
  'A02: swaps two extent hashes': (honest) => {
    const start = honest.length - 16 * HASH_BYTES - 2 * HASH_BYTES
    const [head, a, b, rest] = [
      honest.slice(0, start),
      honest.slice(start, start + HASH_BYTES),
      honest.slice(start + HASH_BYTES, start + 2 * HASH_BYTES),
      honest.slice(start + 2 * HASH_BYTES),
    ]
    return concat(head, b, a, rest)
  },
  'A02: swaps two chunk hashes': (honest) => {
    const start = honest.length - 16 * HASH_BYTES
    const first = honest.slice(start, start + HASH_BYTES)
    const second = honest.slice(start + HASH_BYTES, start + 2 * HASH_BYTES)
    return concat(honest.slice(0, start), second, first, honest.slice(start + 2 * HASH_BYTES))
  },
  'A04: cuts the answer short': (honest) => honest.slice(0, -HASH_BYTES),
  'A05: adds a hash': (honest) => concat(honest, honest.slice(-HASH_BYTES)),
  'A07: flips a bit of the index': (honest) => flip(honest, 300),
  'F21: answers with noise': (honest) => honest.slice().fill(7),
  'F21: answers with nothing': () => empty,
}

describe.each(Object.entries(onOpen))('%s', (_name, tamper) => {
  it('changes nothing for who asks an honest seed as well', async () => {
    await using hostile = await ShareHost.start(0, share, viewOf(share))
    await using honest = await ShareHost.start(1, share, viewOf(share))
    hostile.manners.edit = (call, body) => (call === 'POST /open' ? tamper(body) : body)
    honest.manners.answerMs = 100
    await using session = openSession(share, [hostile, honest])
    const content = await openShare(session, share)
    expect(content.layout.index).toEqual(share.index)
    const sink = new MemorySink(20)
    await new Download({ content, sink }).run(AbortSignal.timeout(20_000))
    expect(isEqual(sink.stream, share.stream)).toBe(true)
  })
})

describe('A03: a seed that has another share under this id', () => {
  it('is never shown the token', async () => {
    await using hostile = await ShareHost.start(0, share, viewOf(share))
    await using honest = await ShareHost.start(1, share, viewOf(share))
    hostile.manners.edit = (call, body) => (call === 'GET' ? other.owner.genesisBytes : body)
    await using session = openSession(share, [hostile, honest])
    await openShare(session, share)
    expect(hostile.calls(/open/)).toEqual([])
  })
})

describe('A04: a seed that shows an old, open checkpoint', () => {
  it('cannot make it look complete', async () => {
    await using hostile = await ShareHost.start(0, share, viewOf(share, 16))
    await using session = openSession(share, [hostile])
    const content = await openShare(session, share)
    const sink = new MemorySink(20)
    const download = new Download({ content, sink })
    const stop = new AbortController()
    const running = download.run(stop.signal)
    await expect.poll(() => download.wait).toEqual({ reason: 'unpublished' })
    expect(sink.written).toHaveLength(16)
    stop.abort(new TransferError('STOPPED', 'not complete'))
    await expect(running).rejects.toThrow('not complete')
  })

  it('does not hold up who asks an honest seed as well', async () => {
    await using hostile = await ShareHost.start(0, share, viewOf(share, 16))
    await using honest = await ShareHost.start(1, share, viewOf(share))
    honest.manners.answerMs = 200
    await using session = openSession(share, [hostile, honest])
    const content = await openShare(session, share)
    const sink = new MemorySink(20)
    await new Download({ content, sink }).run(AbortSignal.timeout(20_000))
    expect(isEqual(sink.stream, share.stream)).toBe(true)
  })
})

describe('A05: a seed that goes on after the end', () => {
  it('is not read further than was asked', async () => {
    await using hostile = await ShareHost.start(0, share, viewOf(share))
    await using honest = await ShareHost.start(1, share, viewOf(share))
    hostile.manners.edit = (call, body) => (call === 'chunk 19' ? concat(body, body) : body)
    await using session = openSession(share, [hostile, honest])
    const content = await openShare(session, share)
    const sink = new MemorySink(20)
    await new Download({ content, sink }).run(AbortSignal.timeout(20_000))
    expect(isEqual(sink.stream, share.stream)).toBe(true)
  })
})

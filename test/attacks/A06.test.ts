import { describe, expect, it } from 'vitest'
import { isEqual } from '../../protocol/bytes.ts'
import { fetchAll, MemorySeen, openSession, openShare } from '../client/receive/reader.ts'
import { ShareHost } from '../client/receive/share-host.ts'
import { createBlobShare, DAY_MS, viewOf } from '../client/receive/test-share.ts'

const share = await createBlobShare('rollback', 40)

/** What this machine has seen, and a session that starts from there with one seed. */
async function afterSeeing(count: number): Promise<MemorySeen> {
  const seen = new MemorySeen()
  await using host = await ShareHost.start(0, share, viewOf(share, count))
  await using session = openSession(share, [host], { seen })
  await openShare(session, share)
  return seen
}

describe('A06: a seed that rolls a share back', () => {
  it('is refused by whoever saw a newer state, in a later run too, and waited out', async () => {
    const seen = await afterSeeing(40)
    await using old = await ShareHost.start(0, share, viewOf(share, 16))
    await using session = openSession(share, [old], { seen })
    const opening = openShare(session, share)
    await expect.poll(() => session.entries[0]?.fault?.code).toBe('CHECKPOINT_STALE')
    // As soon as anybody shows what was seen before, it goes on.
    old.show(viewOf(share))
    const sink = await fetchAll(await opening)
    expect(isEqual(sink.stream, share.stream)).toBe(true)
  })

  it('is refused for an open state that is older than the open one seen', async () => {
    const seen = await afterSeeing(32)
    await using old = await ShareHost.start(0, share, viewOf(share, 16))
    await using session = openSession(share, [old], { seen })
    const opening = openShare(session, share)
    opening.catch(() => undefined)
    await expect.poll(() => session.entries[0]?.fault?.code).toBe('CHECKPOINT_STALE')
  })

  it('is outvoted by one seed that shows the newest state', async () => {
    await using old = await ShareHost.start(0, share, viewOf(share, 16))
    await using honest = await ShareHost.start(1, share, viewOf(share, 32))
    honest.manners.answerMs = 500
    await using session = openSession(share, [old, honest])
    const content = await openShare(session, share)
    expect(content.session.record.accepted?.checkpoint.chunkCount).toBe(32)
  })

  it('serves as well as any other where it only lacks an extension of the time', async () => {
    const nowMs = Date.now()
    const extended = viewOf(share, 40, { seq: 100, expiresAtMs: nowMs + 20 * DAY_MS })
    const seen = new MemorySeen()
    await using first = await ShareHost.start(0, share, extended)
    await using before = openSession(share, [first], { seen })
    await openShare(before, share)
    await using old = await ShareHost.start(0, share, viewOf(share))
    await using session = openSession(share, [old], { seen })
    const content = await openShare(session, share)
    // The newer word of the owner counts: it is kept here.
    expect(content.session.record.accepted?.checkpoint.seq).toBe(100)
    const sink = await fetchAll(content)
    expect(isEqual(sink.stream, share.stream)).toBe(true)
  })

  it('cannot freeze a share that grows: every source is followed', async () => {
    await using frozen = await ShareHost.start(0, share, viewOf(share, 16))
    await using honest = await ShareHost.start(1, share, viewOf(share, 16))
    await using session = openSession(share, [frozen, honest])
    const content = await openShare(session, share)
    const fetching = fetchAll(content)
    honest.show(viewOf(share))
    const sink = await fetching
    expect(isEqual(sink.stream, share.stream)).toBe(true)
  })
})

import { describe, expect, it } from 'vitest'
import { isEqual } from '../../protocol/bytes.ts'
import { fetchAll, openSession, openShare } from '../client/receive/reader.ts'
import { ShareHost } from '../client/receive/share-host.ts'
import { createBlobShare, viewOf } from '../client/receive/test-share.ts'

const share = await createBlobShare('F15', 40)

describe('F15: a seed that answers in 5 s', () => {
  it('does not hold up a download that another seed can serve', async () => {
    await using slow = await ShareHost.start(0, share, viewOf(share))
    await using fast = await ShareHost.start(1, share, viewOf(share))
    await using session = openSession(share, [slow, fast])
    const content = await openShare(session, share)
    await expect.poll(() => session.sources).toHaveLength(2)
    // Far longer than a second, so that the rule shows on a crowded machine, too.
    slow.manners.answerMs = 25_000
    const startMs = performance.now()
    const sink = await fetchAll(content)
    expect(isEqual(sink.stream, share.stream)).toBe(true)
    expect(performance.now() - startMs).toBeLessThan(20_000)
    expect(slow.sentChunks).toBe(0)
  })

  it('that falls silent in the middle is passed over after a second', async () => {
    await using dying = await ShareHost.start(0, share, viewOf(share))
    await using fast = await ShareHost.start(1, share, viewOf(share))
    dying.manners.silentAfterChunks = 3
    await using session = openSession(share, [dying, fast])
    const content = await openShare(session, share)
    await expect.poll(() => session.sources).toHaveLength(2)
    const startMs = performance.now()
    const sink = await fetchAll(content)
    expect(isEqual(sink.stream, share.stream)).toBe(true)
    // HTTP itself would wait 20 s for the next byte.
    expect(performance.now() - startMs).toBeLessThan(15_000)
  })

  it('is waited for where it is the only one', async () => {
    await using slow = await ShareHost.start(0, share, viewOf(share))
    await using session = openSession(share, [slow])
    const content = await openShare(session, share)
    slow.manners.answerMs = 5000
    const sink = await fetchAll(content)
    expect(isEqual(sink.stream, share.stream)).toBe(true)
  })
})

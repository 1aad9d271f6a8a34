import { describe, expect, it } from 'vitest'
import type { ShareSession } from '../../../client/engine/receive/share-session.ts'
import { SeedSource } from '../../../client/engine/receive/seed-source.ts'
import { assert, TransferError } from '../../../protocol/errors.ts'
import { ShareHost } from './share-host.ts'
import { fetchAll, MemorySeen, openSession, openShare } from './reader.ts'
import { createBlobShare, createTestShare, DAY_MS, deletedView, viewOf } from './test-share.ts'

const share = await createBlobShare('session', 34)
const other = await createBlobShare('other', 3)

const isDeleted = ({ signal: { reason } }: ShareSession): boolean =>
  reason instanceof TransferError && reason.code === 'SHARE_DELETED'

describe('ShareSession', () => {
  it('shows its token only to a seed that answered with the genesis', async () => {
    await using honest = await ShareHost.start(0, share, viewOf(share))
    await using wrong = await ShareHost.start(1, share, viewOf(share))
    wrong.manners.edit = (call, body) => (call === 'GET' ? other.owner.genesisBytes : body)
    await using session = openSession(share, [honest, wrong])
    await openShare(session, share)
    expect(honest.log.slice(0, 2)).toEqual(['GET', 'POST /open'])
    expect(new Set(wrong.log)).toEqual(new Set(['GET']))
  })

  it('does not wait for a second answer where the first is sealed', async () => {
    await using fast = await ShareHost.start(0, share, viewOf(share))
    await using slow = await ShareHost.start(1, share, viewOf(share))
    slow.manners.answerMs = 20_000
    await using session = openSession(share, [fast, slow])
    const startMs = performance.now()
    await openShare(session, share)
    expect(performance.now() - startMs).toBeLessThan(10_000)
  })

  it('waits two seconds at most for a second answer where the first is open, and takes the newer', async () => {
    await using behind = await ShareHost.start(0, share, viewOf(share, 16))
    await using ahead = await ShareHost.start(1, share, viewOf(share, 32))
    ahead.manners.answerMs = 300
    await using session = openSession(share, [behind, ahead])
    const content = await openShare(session, share)
    expect(content.session.record.accepted?.checkpoint.chunkCount).toBe(32)
    await using silent = await ShareHost.start(1, share, viewOf(share, 32))
    silent.manners.answerMs = 30_000
    await using second = openSession(share, [behind, silent])
    const startMs = performance.now()
    await openShare(second, share)
    expect(performance.now() - startMs).toBeGreaterThan(1900)
    expect(performance.now() - startMs).toBeLessThan(20_000)
  })

  it('calls a seed that HTTP reaches no more, less often each time, and then asks it that way alone', async () => {
    await using host = await ShareHost.start(0, share, viewOf(share))
    await using called = await ShareHost.start(1, share, viewOf(share))
    await using session = openSession(share, [host], { sealedLookMs: 50 })
    await openShare(session, share)
    session.want()
    let callCount = 0
    let isThere = false
    session.setCaller(async () => {
      callCount += 1
      if (!isThere) throw new TransferError('SEED_UNREACHABLE', 'It cannot be called.')
      return new SeedSource({ ...called.seed, id: host.seed.id }, share.owner.shareId)
    })
    host.manners.isDown = true
    const failedCount = host.log.length
    await expect.poll(() => host.log.length - failedCount).toBeGreaterThan(8)
    expect(callCount).toBeGreaterThan(0)
    expect(callCount).toBeLessThan(6)
    isThere = true
    await expect.poll(() => called.log.length).toBeGreaterThan(5)
    host.manners.isDown = false
    const [before, calledBefore] = [host.log.length, called.log.length]
    await expect.poll(() => called.log.length - calledBefore).toBeGreaterThan(2)
    // The one that was under way is all.
    expect(host.log.length - before).toBeLessThanOrEqual(1)
  })

  it('asks further seeds when the first ones are down', async () => {
    const hosts = await Promise.all(
      [0, 1, 2, 3, 4].map((i) => ShareHost.start(i, share, viewOf(share))),
    )
    try {
      await using session = openSession(share, hosts)
      const asked = session.entries.map(({ seed }) => seed.id)
      expect(asked).toHaveLength(2)
      for (const host of hosts) host.manners.isDown = asked.includes(host.seed.id)
      await openShare(session, share)
      expect(session.entries.filter(({ phase }) => phase === 'ready').length).toBeGreaterThan(0)
    } finally {
      await Promise.all(hosts.map((host) => host[Symbol.asyncDispose]()))
    }
  })

  it('comes back to a seed that was down', async () => {
    await using host = await ShareHost.start(0, share, viewOf(share))
    host.manners.isDown = true
    await using session = openSession(share, [host])
    const opening = openShare(session, share)
    await expect.poll(() => host.log.length).toBeGreaterThan(1)
    expect(session.entries[0]?.fault?.code).toBe('SEED_UNREACHABLE')
    expect(session.verdict).toBeUndefined()
    host.manners.isDown = false
    await opening
    expect(session.entries[0]).toMatchObject({ phase: 'ready', fault: undefined })
  })

  it('takes a seed for well again that answers while it follows a share', async () => {
    await using host = await ShareHost.start(0, share, viewOf(share, 16))
    await using session = openSession(share, [host])
    await openShare(session, share)
    host.manners.isDown = true
    await expect.poll(() => session.entries[0]?.fault?.code).toBe('SEED_UNREACHABLE')
    host.manners.isDown = false
    await expect.poll(() => session.entries[0]?.fault).toBeUndefined()
  })

  it('takes a seed for well again that gives a right chunk, whoever found that it was not', async () => {
    await using host = await ShareHost.start(0, share, viewOf(share))
    await using session = openSession(share, [host])
    const content = await openShare(session, share)
    const [source] = session.sources
    assert(source !== undefined, 'a seed that shows the share')
    session.note(source, new TransferError('SEED_UNREACHABLE', 'as the test told'))
    await expect.poll(() => session.entries[0]?.fault?.code).toBe('SEED_UNREACHABLE')
    await fetchAll(content)
    await expect.poll(() => session.entries[0]?.fault).toBeUndefined()
  })

  it('takes seeds of a newer directory', async () => {
    await using gone = await ShareHost.start(0, share, viewOf(share))
    await using fresh = await ShareHost.start(1, share, viewOf(share))
    gone.manners.isDown = true
    await using session = openSession(share, [gone])
    session.setSeeds([gone.seed, fresh.seed])
    await openShare(session, share)
    expect(session.sources.map(({ id }) => id)).toEqual([fresh.seed.id])
  })

  it.each(['before it was reached', 'while it served', 'after it fell silent'] as const)(
    'asks a seed where it is now that moved %s',
    async (when) => {
      await using host = await ShareHost.start(0, share, viewOf(share))
      await using moved = await ShareHost.start(0, share, viewOf(share))
      expect(moved.seed.id).toBe(host.seed.id)
      await using session = openSession(share, [host], { sealedLookMs: 20 })
      if (when !== 'before it was reached') await openShare(session, share)
      if (when === 'while it served') session.setSeeds([moved.seed])
      host.manners.isDown = true
      host.drop()
      if (when === 'after it fell silent') {
        await expect.poll(() => session.entries[0]?.fault?.code).toBe('SEED_UNREACHABLE')
      }
      session.setSeeds([moved.seed])
      await fetchAll(await openShare(session, share))
      expect(moved.sentChunks).toBe(34)
      expect(session.entries).toMatchObject([
        { seed: moved.seed, phase: 'ready', fault: undefined },
      ])
    },
  )

  it('ends when the owner deleted the share, whoever shows it', async () => {
    await using host = await ShareHost.start(0, share, deletedView(share))
    await using stubborn = await ShareHost.start(1, share, viewOf(share))
    stubborn.manners.answerMs = 500
    await using session = openSession(share, [host, stubborn])
    await expect(openShare(session, share)).rejects.toMatchObject({ code: 'SHARE_DELETED' })
    const seen = new MemorySeen()
    await using again = openSession(share, [host], { seen })
    await expect(openShare(again, share)).rejects.toMatchObject({ code: 'SHARE_DELETED' })
    // It stays deleted, whatever a seed says later.
    host.show(viewOf(share))
    await using later = openSession(share, [host], { seen })
    await expect(openShare(later, share)).rejects.toMatchObject({ code: 'SHARE_DELETED' })
  })

  it('hears that a sealed share lasts longer, and that it was deleted, where it asks for that', async () => {
    await using host = await ShareHost.start(0, share, viewOf(share))
    await using session = openSession(share, [host], { sealedLookMs: 20 })
    await openShare(session, share)
    const expiresAtMs = Date.now() + 9 * DAY_MS
    host.show(viewOf(share, undefined, { seq: 100, expiresAtMs }))
    await expect.poll(() => session.record.accepted?.checkpoint.expiresAtMs).toBe(expiresAtMs)
    expect(session.signal.aborted).toBe(false)
    host.show(deletedView(share))
    await expect.poll(() => isDeleted(session)).toBe(true)
  })

  it('asks a seed that failed once for news again soon, however rarely it asks', async () => {
    await using host = await ShareHost.start(0, share, viewOf(share))
    let isWell = false
    host.manners.refuse = (call) => {
      if (call !== 'GET /checkpoint' || isWell) return undefined
      isWell = true
      return new TransferError('NODE_FAILED', 'Once.')
    }
    await using session = openSession(share, [host], { sealedLookMs: 10 * DAY_MS })
    await openShare(session, share)
    await expect.poll(() => session.entries[0]?.fault?.code).toBe('NODE_FAILED')
    await expect.poll(() => session.entries[0]?.fault).toBeUndefined()
    expect(host.calls(/checkpoint/)).toHaveLength(2)
  })

  it('believes no seed that the share ended without a word of the owner', async () => {
    await using liar = await ShareHost.start(0, share, viewOf(share))
    await using honest = await ShareHost.start(1, share, viewOf(share))
    liar.manners.refuse = (call) =>
      call === 'GET' ? undefined : new TransferError('SHARE_DELETED', 'trust me')
    honest.manners.answerMs = 200
    await using session = openSession(share, [liar, honest])
    await openShare(session, share)
    const entry = session.entries.find(({ seed }) => seed.id === liar.seed.id)
    expect(entry?.fault?.code).toBe('ANSWER_INVALID')
    expect(session.verdict).toBeUndefined()
  })

  it('calls a share expired when all seeds say so', async () => {
    const nowMs = Date.now()
    const over = viewOf(share, 34, { issuedAtMs: nowMs - 2 * DAY_MS, expiresAtMs: nowMs - DAY_MS })
    await using a = await ShareHost.start(0, share, over)
    await using b = await ShareHost.start(1, share, over)
    await using session = openSession(share, [a, b])
    await expect.poll(() => session.verdict?.code).toBe('SHARE_EXPIRED')
  })

  it('calls a share unknown when all seeds say so, and nothing while one is silent', async () => {
    await using a = await ShareHost.start(0, other, viewOf(other))
    await using b = await ShareHost.start(1, other, viewOf(other))
    await using session = openSession(share, [a, b])
    await expect.poll(() => session.verdict?.code).toBe('SHARE_MISSING')
    b.manners.isDown = true
    await using unsure = openSession(share, [a, b])
    await expect.poll(() => unsure.entries.every(({ fault }) => fault !== undefined)).toBe(true)
    expect(unsure.verdict).toBeUndefined()
  })

  it('reports two contents of one owner, and keeps both words', async () => {
    const twin = await createTestShare('session', [{ path: 'blob.bin', size: 3_000_000 }])
    expect(twin.owner.shareId).toBe(share.owner.shareId)
    const seen = new MemorySeen()
    await using one = await ShareHost.start(0, share, viewOf(share))
    await using first = openSession(share, [one], { seen })
    await openShare(first, share)
    await using two = await ShareHost.start(0, twin, viewOf(twin, undefined, { seq: 100 }))
    await using second = openSession(share, [two], { seen })
    await expect(openShare(second, share)).rejects.toMatchObject({ code: 'CHECKPOINT_CONFLICT' })
    expect(seen.evidence).toHaveLength(2)
  })

  it('asks for the password where one is needed, and opens with it', async () => {
    const secret = await createTestShare('locked', [{ path: 'a', size: 10 }], { password: 'pass' })
    await using host = await ShareHost.start(0, secret, viewOf(secret))
    await using none = openSession(secret, [host])
    await expect(openShare(none, secret)).rejects.toMatchObject({ code: 'PASSWORD_NEEDED' })
    await using session = openSession(secret, [host])
    await expect(openShare(session, secret, 'pass')).resolves.toBeDefined()
  })
})

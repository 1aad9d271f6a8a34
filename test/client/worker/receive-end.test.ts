import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { TransferError } from '../../../protocol/errors.ts'
import type { ShareSession } from '../../../client/engine/receive/share-session.ts'
import { ReceiveEnd } from '../../../client/worker/receive-end.ts'
import { openSession, openShare } from '../receive/reader.ts'
import { ShareHost } from '../receive/share-host.ts'
import { createBlobShare, DAY_MS, viewOf } from '../receive/test-share.ts'

const share = await createBlobShare('open page', 3)

/** What the page gives to others, as far as its end is concerned. */
class Giving implements Disposable {
  isLate = false
  isOver = false

  setLate(isLate: boolean): void {
    this.isLate = isLate
  }

  [Symbol.dispose](): void {
    this.isOver = true
  }
}

/** How long pages have looked. */
let passedMs = 0

/** An hour of it, by that clock. */
function look(end: ReceiveEnd, isBusy: boolean): void {
  const [openMs, todayMs] = [performance.now(), Date.now()]
  vi.spyOn(performance, 'now').mockImplementation(() => openMs + passedMs)
  vi.spyOn(Date, 'now').mockReturnValue(todayMs + 900 * DAY_MS)
  for (let second = 0; second < 3600; second += 1) {
    passedMs += 1000
    end.tick(isBusy)
  }
  vi.restoreAllMocks()
}

describe('an open page whose clock is days ahead, and that the network does not reach', () => {
  let giving: Giving
  let host: ShareHost
  let session: ShareSession

  beforeEach(async () => {
    giving = new Giving()
    host = await ShareHost.start(0, share, viewOf(share))
    session = openSession(share, [host], { sealedLookMs: 20 })
    await openShare(session, share)
    host.manners.isDown = true
    host.drop()
    await vi.waitUntil(() => faultCode() === 'SEED_UNREACHABLE')
  })
  afterEach(async () => {
    await session[Symbol.asyncDispose]()
    await host[Symbol.asyncDispose]()
  })

  const faultCode = (): string | undefined => session.entries[0]?.fault?.code

  it('gives nothing for a while, and ends nothing: it goes on when a seed answers', async () => {
    const end = new ReceiveEnd(session, giving)
    look(end, false)
    expect(giving).toMatchObject({ isLate: true, isOver: false })
    expect(session.signal.aborted).toBe(false)
    host.manners.isDown = false
    await expect.poll(faultCode, { timeout: 10_000 }).toBeUndefined()
    look(end, false)
    expect(giving.isLate).toBe(false)
  })

  it.each(['CHECKPOINT_CONFLICT', 'DISK_FULL', 'INDEX_INVALID'] as const)(
    'gives nothing more after %s, where nobody sees that it gives',
    (code) => {
      new ReceiveEnd(session, giving).take(new TransferError(code, 'Ended.'))
      expect(giving.isOver).toBe(true)
    },
  )

  it('does not even doubt it while a save waits for the seeds', () => {
    const end = new ReceiveEnd(session, giving)
    look(end, true)
    expect(giving).toMatchObject({ isLate: false, isOver: false })
    expect(session.signal.aborted).toBe(false)
  })
})

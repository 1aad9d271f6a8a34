import { describe, expect, it } from 'vitest'
import { isEqual } from '../../protocol/bytes.ts'
import { TransferError, type FaultCode } from '../../protocol/errors.ts'
import { formatGoneDetails } from '../../protocol/http/seed-json.ts'
import { ChunkSet } from '../../protocol/swarm/chunk-set.ts'
import { fetchAll, openSession, openShare } from '../client/receive/reader.ts'
import { ShareHost } from '../client/receive/share-host.ts'
import { createBlobShare, viewOf } from '../client/receive/test-share.ts'

const share = await createBlobShare('F21', 40)
const current = viewOf(share)

type Mischief = (host: ShareHost) => void

/** Refuses everything after the genesis, or everything but what is needed to be taken for a good seed. */
function refusing(code: FaultCode, when: RegExp, details = {}): Mischief {
  return ({ manners }) => {
    manners.refuse = (call) =>
      when.test(call) ? new TransferError(code, 'go away', { details }) : undefined
  }
}

const expired = formatGoneDetails(current.checkpoint)

const mischiefs: Record<string, Mischief> = {
  'says the share is deleted, without proof': refusing('SHARE_DELETED', /open|data/),
  'says the share is deleted, with a checkpoint that does not say so': refusing(
    'SHARE_DELETED',
    /open|data/,
    expired,
  ),
  'says the share has expired, with the newest checkpoint': refusing(
    'SHARE_EXPIRED',
    /open|data/,
    expired,
  ),
  'says so only when it is asked for data': refusing('SHARE_EXPIRED', /data/, expired),
  'says that it took the share down': refusing('SHARE_TAKEN_DOWN', /open|data/),
  'says that it never had it': refusing('SHARE_MISSING', /GET$|open|data/),
  'refuses the token': refusing('TOKEN_WRONG', /open|data/),
  'says that it is asked too often': refusing('TOO_MANY_REQUESTS', /data/),
  'has holes and does not say so': ({ manners }) => {
    manners.held = new ChunkSet(40)
    manners.held.addRange(2, 9)
    manners.refuse = (call) =>
      call.includes('held') ? new TransferError('SEED_UNREACHABLE', 'no') : undefined
  },
  'claims to hold all, and has nothing': ({ manners }) => {
    manners.refuse = (call) =>
      call.includes('data') ? new TransferError('CHUNK_MISSING', 'gone') : undefined
  },
  'sends hashes of other chunks': ({ manners }) => {
    manners.edit = (call, body) => (call.includes('extents') ? body.toReversed() : body)
  },
  'sends no hashes': refusing('SEED_UNREACHABLE', /extents/),
  drips: ({ manners }) => {
    manners.bytesPerMs = 1
  },
  'sends nothing after the head': ({ manners }) => {
    manners.silentAfterChunks = 0
  },
}

describe.each(Object.entries(mischiefs))('F21: one of two seeds %s', (_name, mischief) => {
  it('and the download ends well, in about the time the other needs alone', async () => {
    await using hostile = await ShareHost.start(0, share, current)
    await using honest = await ShareHost.start(1, share, current)
    mischief(hostile)
    await using session = openSession(share, [hostile, honest])
    const startMs = performance.now()
    const sink = await fetchAll(await openShare(session, share))
    expect(isEqual(sink.stream, share.stream)).toBe(true)
    expect(performance.now() - startMs).toBeLessThan(20_000)
  })
})

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { runHelpShare } from '../../../client/cli/help-share.ts'
import { isEqual } from '../../../protocol/bytes.ts'
import { CHUNK_PLAIN_BYTES, PEER_REQUESTS_MAX } from '../../../protocol/limits.ts'
import { formatTokenUrl } from '../../../protocol/token.ts'
import { ListeningSignal } from '../../signal/listening-signal.ts'
import { ownHome } from '../own-home.ts'
import { fetchAll, openShare } from '../receive/reader.ts'
import { ShareHost } from '../receive/share-host.ts'
import { createBlobShare, viewOf } from '../receive/test-share.ts'
import { MemoryRtc } from '../swarm/memory-rtc.ts'
import { SwarmReader } from '../swarm/swarm-member.ts'
import { TestSignal } from '../test-signal.ts'

const CHUNKS = 18
/** What may be given in a day. */
const DAILY_CHUNKS = 3

const share = await createBlobShare('daily', CHUNKS)

const home = ownHome()

/** Starts `help-share`. @returns What ends it. */
async function help(url: string): Promise<() => Promise<void>> {
  const tokenFile = join(home.dir, 'helper')
  const { helpKey, owner } = share
  const token = { kind: 'helper', helpKey, shareId: owner.shareId } as const
  await writeFile(tokenFile, formatTokenUrl(url, token))
  const stop = new AbortController()
  const rest = { output: { event: () => undefined }, openRtc: async () => new MemoryRtc() }
  const dailyBytesMax = DAILY_CHUNKS * CHUNK_PLAIN_BYTES
  const options = { tokenFile, capacityBytes: 1e9, dailyBytesMax }
  const done = runHelpShare(options, { ...rest, signal: stop.signal })
  return () => {
    stop.abort(new Error('seen enough'))
    return done
  }
}

it('help-share gives in a day what it may, and leaves the rest to the seeds', async () => {
  await using host = await ShareHost.start(0, share, viewOf(share))
  await using rooms = await ListeningSignal.start()
  await using signal = await TestSignal.start([host.seed])
  signal.roomsUrl = rooms.url
  await using stack = new AsyncDisposableStack()
  stack.defer(await help(signal.url))
  await expect.poll(() => host.sentChunks).toBe(CHUNKS)

  await using seed = await ShareHost.start(1, share, viewOf(share))
  // Without a bound hardly anything would be left to it.
  seed.manners.bytesPerMs = 500
  const place = { url: rooms.url, port: new MemoryRtc() }
  await using reader = new SwarmReader(share, place, { seeds: [seed] })
  await expect.poll(() => reader.session.sources.map(({ kind }) => kind)).toContain('peer')
  const sink = await fetchAll(await openShare(reader.session, share))
  expect(isEqual(sink.stream, share.stream)).toBe(true)
  const givenChunks = CHUNKS - seed.sentChunks
  expect(givenChunks).toBeGreaterThan(0)
  // What was asked for before it was spent is still given.
  expect(givenChunks).toBeLessThan(DAILY_CHUNKS + PEER_REQUESTS_MAX)
})

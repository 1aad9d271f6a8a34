import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { runHelpShare } from '../../../client/cli/help-share.ts'
import { TransferError } from '../../../protocol/errors.ts'
import { SEALED_CHUNK_BYTES_MAX } from '../../../protocol/limits.ts'
import { formatTokenUrl } from '../../../protocol/token.ts'
import { ListeningSignal } from '../../signal/listening-signal.ts'
import { ownHome } from '../own-home.ts'
import { ShareHost } from '../receive/share-host.ts'
import { createBlobShare, viewOf } from '../receive/test-share.ts'
import { MemoryRtc } from '../swarm/memory-rtc.ts'
import { SwarmMember } from '../swarm/swarm-member.ts'
import { TestSignal } from '../test-signal.ts'

const share = await createBlobShare('help complete', 18)

const home = ownHome()

/** Helps until it is disposed of, keeping so many chunks at most. */
async function help(url: string, keptCount: number): Promise<AsyncDisposableStack> {
  const { helpKey, owner } = share
  const tokenFile = join(home.dir, 'helper')
  const token = { kind: 'helper', helpKey, shareId: owner.shareId } as const
  await writeFile(tokenFile, formatTokenUrl(url, token))
  const stop = new AbortController()
  const output = { event: () => undefined }
  const context = { output, signal: stop.signal, openRtc: async () => new MemoryRtc() }
  const capacityBytes = keptCount * SEALED_CHUNK_BYTES_MAX
  const done = runHelpShare({ tokenFile, capacityBytes }, context)
  const helping = new AsyncDisposableStack()
  helping.defer(() => {
    stop.abort(new TransferError('STOPPED', 'Seen enough.'))
    return done
  })
  return helping
}

it.each([18, 3])(
  'parts from who has all, once it keeps the %i chunks of 18 that it may',
  async (keptCount) => {
    await using host = await ShareHost.start(0, share, viewOf(share))
    await using rooms = await ListeningSignal.start()
    await using signal = await TestSignal.start([host.seed])
    signal.roomsUrl = rooms.url
    await using stack = new AsyncDisposableStack()
    stack.use(await help(signal.url, keptCount))
    await expect.poll(() => host.sentChunks).toBeGreaterThanOrEqual(keptCount)
    using finished = SwarmMember.owner(share, { url: rooms.url, port: new MemoryRtc() })
    await expect.poll(() => finished.metCount).toBe(1)
    await expect.poll(() => finished.sources.length).toBe(0)
  },
)

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { CommandSwarm } from '../../../client/cli/command-swarm.ts'
import { runHelpShare } from '../../../client/cli/help-share.ts'
import type { CliEvent } from '../../../client/cli/output.ts'
import { serveOthers } from '../../../client/cli/serve-others.ts'
import { TransferError } from '../../../protocol/errors.ts'
import { formatTokenUrl } from '../../../protocol/token.ts'
import { ownHome } from '../own-home.ts'
import { openSession } from '../receive/reader.ts'
import { ShareHost } from '../receive/share-host.ts'
import { createBlobShare, deletedView, viewOf } from '../receive/test-share.ts'
import { MemoryRtc } from '../swarm/memory-rtc.ts'
import { TestSignal } from '../test-signal.ts'

const share = await createBlobShare('help', 18)
const { signal: never } = new AbortController()

type ServingEvent = Extract<CliEvent, { event: 'serving' }>
type Run = Readonly<{ said: CliEvent[]; done: Promise<void> }>

const home = ownHome()

function lastServing(said: readonly CliEvent[]): ServingEvent | undefined {
  return said.findLast((event): event is ServingEvent => event.event === 'serving')
}

/** Helps with the share. */
async function start(signal: TestSignal, stop = never): Promise<Run> {
  const { helpKey, owner } = share
  const tokenFile = join(home.dir, 'helper')
  const token = { kind: 'helper', helpKey, shareId: owner.shareId } as const
  await writeFile(tokenFile, formatTokenUrl(signal.url, token))
  const said: CliEvent[] = []
  const output = { event: (event: CliEvent): void => void said.push(event) }
  const context = { output, signal: stop, openRtc: async () => new MemoryRtc() }
  return { said, done: runHelpShare({ tokenFile, capacityBytes: 1e9 }, context) }
}

it('ends at the first word while no seed answers', async () => {
  await using host = await ShareHost.start(0, share, viewOf(share))
  await using signal = await TestSignal.start([host.seed])
  host.manners.isDown = true
  const stop = new AbortController()
  const { said, done } = await start(signal, stop.signal)
  await expect.poll(() => said.some(({ event }) => event === 'serving')).toBe(true)
  stop.abort(new TransferError('STOPPED', 'Ctrl-C'))
  await done
})

it('says why nothing comes', async () => {
  await using host = await ShareHost.start(0, share, viewOf(share))
  await using signal = await TestSignal.start([host.seed])
  host.manners.isDown = true
  const stop = new AbortController()
  const { said, done } = await start(signal, stop.signal)
  await expect.poll(() => lastServing(said)?.note).toMatch(/^No seed can give the share yet/)
  expect(lastServing(said)).toMatchObject({ heldBytes: 0, givenBytes: 0, peers: 0 })
  stop.abort(new TransferError('STOPPED', 'Ctrl-C'))
  await done
})

it('says how much it holds of how much', async () => {
  await using host = await ShareHost.start(0, share, viewOf(share))
  await using signal = await TestSignal.start([host.seed])
  const stop = new AbortController()
  const { said, done } = await start(signal, stop.signal)
  const heldBytes = share.chunks.reduce((sum, { length }) => sum + length, 0)
  const held = { heldBytes, totalBytes: heldBytes }
  await expect.poll(() => lastServing(said), { timeout: 7000 }).toMatchObject(held)
  stop.abort(new TransferError('STOPPED', 'Ctrl-C'))
  await done
})

it('ends well where a share that is still growing is deleted', async () => {
  await using host = await ShareHost.start(0, share, viewOf(share, 16))
  await using signal = await TestSignal.start([host.seed])
  const { said, done } = await start(signal)
  await expect.poll(() => host.sentChunks).toBe(16)
  host.show(deletedView(share))
  await done
  const message = 'The sender deleted this share. It is not served any more.'
  expect(said.at(-1)).toEqual({ event: 'note', message })
})

describe('serveOthers', () => {
  it('says that the share ended, where it did', async () => {
    const end = new TransferError('SHARE_EXPIRED', 'This share has expired.')
    expect(await endWith(end)).toBe('This share has expired. It is not served any more.')
  })

  it.each(['CHECKPOINT_CONFLICT', 'DISK_FULL'] as const)(
    'fails with what else ended the session: %s',
    async (code) => {
      await expect(endWith(new TransferError(code, 'It is so.'))).rejects.toMatchObject({ code })
    },
  )

  it('says nothing where the command was stopped', async () => {
    const stopped = new TransferError('STOPPED', 'Stopped.')
    expect(await endWith(stopped, AbortSignal.abort(stopped))).toBeUndefined()
  })
})

/** Serves until the session ends with this. */
async function endWith(fault: TransferError, signal = never): Promise<string | undefined> {
  await using session = openSession(share, [])
  const ports = Promise.resolve(undefined)
  const options = { helpKey: share.helpKey, privacy: 'direct', dailyBytesMax: 0, ports } as const
  using swarm = new CommandSwarm({ session, ...options })
  const serving = serveOthers({ swarm, session }, { output: { event: () => undefined }, signal })
  session.end(fault)
  return await serving
}

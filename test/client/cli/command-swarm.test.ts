import { expect, it } from 'vitest'
import { CommandSwarm } from '../../../client/cli/command-swarm.ts'
import { isEqual } from '../../../protocol/bytes.ts'
import { request } from '../../../protocol/wire/request.ts'
import { ListeningSignal } from '../../signal/listening-signal.ts'
import { fetchAll, openSession, openShare } from '../receive/reader.ts'
import { ShareHost } from '../receive/share-host.ts'
import { createBlobShare, viewOf } from '../receive/test-share.ts'
import { MemoryRtc } from '../swarm/memory-rtc.ts'
import { portsAt, shelfOf, SwarmReader } from '../swarm/swarm-member.ts'

const share = await createBlobShare('command', 18)

it('answers what it is asked for between two shelves from the second, and nobody leaves it for that', async () => {
  await using server = await ListeningSignal.start()
  const place = (port = new MemoryRtc()) => ({ url: server.url, port })
  await using host = await ShareHost.start(0, share, viewOf(share))
  await using session = openSession(share, [host])
  const ports = { ...portsAt(place()), [Symbol.dispose]: () => undefined }
  const { helpKey } = share
  using swarm = new CommandSwarm({
    session,
    helpKey,
    privacy: 'direct',
    dailyBytesMax: Infinity,
    ports: Promise.resolve(ports),
  })
  const { sealed } = shelfOf(share)
  swarm.open(sealed)
  swarm.hold(share.chunks.map((_, index) => index))
  swarm.close()

  const port = new MemoryRtc()
  const asked: (number | undefined)[] = []
  port.manners.edit = (bytes) => {
    asked.push(bytes[0])
    return bytes
  }
  await using reader = new SwarmReader(share, place(port))
  const fetching = openShare(reader.session, share).then((content) => fetchAll(content))
  await expect.poll(() => asked).toContain(request.id)
  const [source] = reader.session.sources
  swarm.open(sealed)
  expect(isEqual((await fetching).stream, share.stream)).toBe(true)
  expect(reader.session.sources).toEqual([source])
})

it('is told at once of all chunks of a share as large as a network takes', async () => {
  await using session = openSession(share, [])
  const { helpKey } = share
  const options = { session, helpKey, privacy: 'direct', dailyBytesMax: Infinity } as const
  using swarm = new CommandSwarm({ ...options, ports: Promise.resolve(undefined) })
  const all = Array.from({ length: 450_000 }, (_, chunk) => chunk)
  expect(() => swarm.hold(all)).not.toThrow()
})

import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { Network } from '../../../client/engine/network.ts'
import { RecipientSwarm } from '../../../client/worker/recipient-swarm.ts'
import { ListeningSignal } from '../../signal/listening-signal.ts'
import { openSession } from '../receive/reader.ts'
import { ShareHost } from '../receive/share-host.ts'
import { createBlobShare, viewOf } from '../receive/test-share.ts'
import { MemoryRtc } from '../swarm/memory-rtc.ts'
import { portsAt, SwarmMember } from '../swarm/swarm-member.ts'

const CHUNKS = 18
const share = await createBlobShare('recipient', CHUNKS)

// A browser that was told to keep nothing.
const indexedDB = {
  open: (): never => {
    throw new DOMException('blocked')
  },
}
beforeAll(() => void vi.stubGlobal('indexedDB', indexedDB))
afterAll(() => void vi.unstubAllGlobals())

it('parts from who has all once all of it was saved, whatever it keeps, and calls others when more is to be saved', async () => {
  await using server = await ListeningSignal.start()
  await using host = await ShareHost.start(0, share, viewOf(share))
  await using session = openSession(share, [host])
  const place = () => ({ url: server.url, port: new MemoryRtc() })
  const network = { iceServers: [] } as unknown as Network
  using swarm = new RecipientSwarm({
    session,
    helpKey: share.helpKey,
    canConnect: true,
    network: () => network,
    ports: async () => portsAt(place()),
    changed: () => undefined,
  })
  await expect.poll(() => swarm.snapshotOf(false, undefined)).toBeDefined()
  // Said before anybody is spoken to.
  swarm.rest(CHUNKS)
  await swarm.take({ type: 'peer-mode', mode: 'direct' })
  const caller = SwarmMember.owner(share, place())
  await expect.poll(() => caller.metCount).toBe(1)
  await expect.poll(() => caller.sources.length).toBe(0)
  caller[Symbol.dispose]()
  using finished = SwarmMember.owner(share, place())
  finished.host.tell({ type: 'complete', chunkCount: CHUNKS })
  swarm.seek()
  await expect.poll(() => finished.sources.length).toBe(1)
  swarm.rest(CHUNKS)
  await expect.poll(() => finished.sources.length).toBe(0)
})

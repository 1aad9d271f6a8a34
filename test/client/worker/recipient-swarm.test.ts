import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { Network } from '../../../client/engine/network.ts'
import type { Privacy } from '../../../client/engine/swarm/privacy.ts'
import { RecipientSwarm, type RecipientSwarmStart } from '../../../client/worker/recipient-swarm.ts'
import type { IceServer } from '../../../protocol/http/signal-json.ts'
import { ListeningSignal } from '../../signal/listening-signal.ts'
import { openSession } from '../receive/reader.ts'
import { ShareHost } from '../receive/share-host.ts'
import { createBlobShare, viewOf } from '../receive/test-share.ts'
import { MemoryRtc } from '../swarm/memory-rtc.ts'
import { portsAt, SwarmMember } from '../swarm/swarm-member.ts'

const CHUNKS = 18
const share = await createBlobShare('recipient', CHUNKS)
const noRelay = () => ({ iceServers: [] }) as unknown as Network
/** The way to WebRTC does not load. */
const never = (): Promise<never> => new Promise(() => undefined)

// A browser that was told to keep nothing.
const indexedDB = {
  open: (): never => {
    throw new DOMException('blocked')
  },
}
beforeAll(() => void vi.stubGlobal('indexedDB', indexedDB))
afterAll(() => void vi.unstubAllGlobals())

/** A recipient beside the session of a share, whose person says yes, and through what. */
async function accept(
  mode: Privacy,
  start: Omit<RecipientSwarmStart, 'helpKey' | 'changed'>,
): Promise<RecipientSwarm> {
  const swarm = new RecipientSwarm({
    ...start,
    helpKey: share.helpKey,
    changed: () => undefined,
  })
  await expect.poll(() => swarm.snapshotOf(false, undefined)).toBeDefined()
  await swarm.take({ type: 'peer-mode', mode })
  return swarm
}

it('parts from who has all once all of it was saved, whatever it keeps, and calls others when more is to be saved', async () => {
  await using server = await ListeningSignal.start()
  await using host = await ShareHost.start(0, share, viewOf(share))
  await using session = openSession(share, [host])
  const place = () => ({ url: server.url, port: new MemoryRtc() })
  using swarm = new RecipientSwarm({
    session,
    helpKey: share.helpKey,
    canConnect: true,
    network: noRelay,
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

it('waits for nobody and keeps nothing for others while the relay that was chosen is not there, or WebRTC', async () => {
  await using host = await ShareHost.start(0, share, viewOf(share))
  await using session = openSession(share, [host])
  const relays: IceServer[] = []
  const network = () => ({ iceServers: relays }) as unknown as Network
  const start = { session, network, ports: never, canConnect: true }
  using relayed = await accept('relayed', start)
  using off = await accept('direct', { ...start, canConnect: false })
  const said = [relayed, off].map(({ isMet, isKeeping, mayHelp }) => [isMet, isKeeping, mayHelp])
  expect(said).toEqual([
    [false, false, false],
    [false, false, false],
  ])
  relays.push({ urls: ['turn:relay.example'] })
  expect([relayed.isMet, relayed.isKeeping, relayed.mayHelp]).toEqual([true, true, true])
})

it('promises nobody anything while the share seems to be over', async () => {
  await using host = await ShareHost.start(0, share, viewOf(share))
  await using session = openSession(share, [host])
  const start = { session, network: noRelay, ports: never, canConnect: true }
  using swarm = await accept('direct', start)
  const said = (): string | undefined => swarm.snapshotOf(false, undefined)?.giving?.text
  swarm.setLate(true)
  expect(said()).toBe('Off: these files seem to have expired.')
  swarm.setLate(false)
  expect(said()).toBe('What you save here, others can get too.')
})

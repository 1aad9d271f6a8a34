import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { IceServer } from '../../../protocol/http/signal-json.ts'
import { deriveHelpKey } from '../../../protocol/key-schedule.ts'
import type { SharePlan } from '../../../client/engine/send/share-plan.ts'
import type { SendSwarm } from '../../../client/engine/swarm/send-swarm.ts'
import { isMetered } from '../../../client/worker/metered.ts'
import { SenderSwarm, type SenderSwarmStart } from '../../../client/worker/sender-swarm.ts'
import { ListeningSignal } from '../../signal/listening-signal.ts'
import { MemoryFile, randomBytes } from '../memory-files.ts'
import { fetchAll, openShare } from '../receive/reader.ts'
import { MemorySlot, SendNetwork } from '../send-network.ts'
import { MemoryRtc } from '../swarm/memory-rtc.ts'
import { portsAt, SwarmReader } from '../swarm/swarm-member.ts'

const file = new MemoryFile('film.mp4', randomBytes(1_000_000, 1))
let server: ListeningSignal
let network: SendNetwork

beforeAll(async () => {
  server = await ListeningSignal.start()
  network = await SendNetwork.start(2)
})
afterEach(() => {
  vi.unstubAllGlobals()
  for (const { proxy } of network.seeds) proxy.isDown = false
})
afterAll(async () => {
  await network[Symbol.asyncDispose]()
  await server[Symbol.asyncDispose]()
})

const place = () => ({ url: server.url, port: new MemoryRtc() })

function swarmOf(plan: SharePlan, part: Partial<SenderSwarmStart> = {}): SenderSwarm {
  const rest = { network: () => network.network, changed: () => undefined }
  return new SenderSwarm({ plan, ports: portsAt(place()), ...rest, ...part })
}

/** @param type - Of the line that this machine is on, as browsers call it. */
function line(type: 'wifi' | 'cellular'): void {
  vi.stubGlobal('navigator', { connection: { type } })
}

function audienceOf({ audience }: SenderSwarm): { audience?: SendSwarm } {
  return audience === undefined ? {} : { audience }
}

/** Resolves when all of it came to somebody who knows no seed. */
async function arrives({ shareId, secrets }: SharePlan): Promise<void> {
  const link = { owner: { shareId, ...secrets }, helpKey: deriveHelpKey(secrets.secret) }
  await using reader = new SwarmReader(link, place())
  await fetchAll(await openShare(reader.session, link), AbortSignal.timeout(60_000))
}

describe('a connection', () => {
  it.each([
    [undefined, false],
    [{ saveData: false, type: 'wifi' }, false],
    [{ saveData: true }, true],
    [{ saveData: false, type: 'cellular' }, true],
  ])('is paid for by what is sent, where the browser says so: %j', (connection, isIt) => {
    vi.stubGlobal('navigator', connection === undefined ? {} : { connection })
    expect(isMetered()).toBe(isIt)
  })
})

describe('a page that sends', () => {
  it('gives by a yes that was said to such a line, and by none to one that costs nothing', async () => {
    line('wifi')
    using page = swarmOf(await network.plan([file], { peers: 'direct' }))
    const isOn = (): boolean | undefined => page.snapshot.giving?.isOn
    page.setGiving(true)
    expect(isOn()).toBe(true)
    line('cellular')
    expect(isOn()).toBe(false)
    page.setGiving(true)
    expect(isOn()).toBe(true)
    page.setGiving(false)
    line('wifi')
    expect(isOn()).toBe(false)
  })

  it.each([
    ['from the beginning', 'cellular', (page: SenderSwarm) => page.setGiving(true)],
    ['only later', 'wifi', () => line('wifi')],
  ] as const)(
    'gives nothing to others over a line that is metered %s',
    async (_when, begun, goOn) => {
      for (const { proxy } of network.seeds) proxy.isDown = true
      const plan = await network.plan([file], { peers: 'direct' })
      const other = await network.plan([file], { peers: 'direct' })
      let isTold = false
      const changed = (): void => void (isTold = metered.snapshot.giving?.isOn === false)
      line(begun)
      using metered = swarmOf(plan, { changed })
      line('cellular')
      using free = swarmOf(other)
      free.setGiving(true)
      await expect.poll(() => isTold, { timeout: 5000 }).toBe(true)
      await using stack = new AsyncDisposableStack()
      stack.use(network.send(plan, new MemorySlot(), audienceOf(metered)))
      stack.use(network.send(other, new MemorySlot(), audienceOf(free)))
      const arriving = arrives(plan)
      await expect.poll(() => metered.audience?.state.peerCount).toBe(1)
      // What the other one gives comes whole in the meantime.
      await arrives(other)
      expect(metered.audience?.state.givenBytes).toBeLessThan(262_128)
      goOn(metered)
      await arriving
      expect(metered.audience?.state.givenBytes).toBeGreaterThan(file.size)
    },
  )

  it('serves through a relay that its network got only after the share began', async () => {
    const plan = await network.plan([file], { peers: 'relayed' })
    let iceServers: readonly IceServer[] = []
    const ports = { ...portsAt(place()), iceServers: () => iceServers }
    using page = swarmOf(plan, { ports, network: () => ({ ...network.network, iceServers }) })
    expect(page.snapshot).toMatchObject({ mode: 'seeds-only', giving: undefined })
    iceServers = [{ urls: ['turn:relay.example:3478'], username: 'u', credential: 'c' }]
    expect(page.snapshot.mode).toBe('relayed')
    expect(page.audience?.state.privacy).toBe('relayed')
  })

  it('has nobody to tell of what is published where its sender chose seeds only', async () => {
    using page = swarmOf(await network.plan([file], { peers: 'forbidden' }))
    expect(page.audience).toBeUndefined()
  })

  it('says that it gives nothing while it is paused, and little while seeds take it', async () => {
    const plan = await network.plan([file], { peers: 'direct' })
    using page = swarmOf(plan)
    page.setPaused(true)
    expect(page.snapshot.giving?.text).toBe('Paused.')
    page.setPaused(false)
    expect(page.snapshot.giving?.text).toBe('While it uploads, the line is for the seeds.')
    await using session = network.send(plan, new MemorySlot(), audienceOf(page))
    await session.done
    await expect.poll(() => page.snapshot.giving?.text).toBe('Nothing was asked for yet.')
  })

  it('does not say that the line is for the seeds where none takes anything', async () => {
    for (const { proxy } of network.seeds) proxy.isDown = true
    const plan = await network.plan([file], { peers: 'direct' })
    using page = swarmOf(plan)
    await using _ = network.send(plan, new MemorySlot(), audienceOf(page))
    const text = (): string | undefined => page.snapshot.giving?.text
    await expect.poll(text, { timeout: 5000 }).toBe('Nothing was asked for yet.')
  })
})

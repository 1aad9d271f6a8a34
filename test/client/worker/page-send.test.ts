import { expect, it } from 'vitest'
import type { Network } from '../../../client/engine/network.ts'
import { PageSend } from '../../../client/worker/page-send.ts'
import { SenderSwarm } from '../../../client/worker/sender-swarm.ts'
import { MemoryFile, randomBytes } from '../memory-files.ts'
import { MemorySlot, SendNetwork } from '../send-network.ts'

const EXTENT = 16 * 262_100
const changed = (): void => undefined

it.each([
  ['was given up', false],
  ['no seed could be told of', true],
])('offers both links of a share whose files changed, and that %s: %s', async (_end, isDown) => {
  await using sent = await SendNetwork.start(2)
  const file = new MemoryFile('a', randomBytes(2 * EXTENT, 1))
  file.changesAfterBytes = EXTENT
  if (isDown) {
    sent.onCall((call, { proxy }) => {
      if (call === 'GET') proxy.isDown = true
    })
  }
  const plan = await sent.plan([file])
  const network = (): Network => sent.network
  const session = sent.send(plan, new MemorySlot())
  using swarm = new SenderSwarm({ plan, ports: undefined, network, changed })
  const send = new PageSend({ plan, network, session, swarm, keepStored: changed, changed })
  await expect.poll(() => send.isFailed, { timeout: 30_000 }).toBe(true)
  const { link, ownerLink } = send.snapshot
  expect([link !== undefined, ownerLink !== undefined]).toEqual([isDown, isDown])
})

it('asks the seeds of the newest directory who keeps a share, and not those of when it was sent', async () => {
  await using sent = await SendNetwork.start(3)
  const { directory } = sent.network
  let network: Network = {
    ...sent.network,
    directory: { ...directory, seeds: directory.seeds.slice(0, 2) },
  }
  const plan = await sent.plan([new MemoryFile('a', randomBytes(300, 1))])
  const session = sent.send(plan, new MemorySlot(), { network })
  const current = (): Network => network
  using swarm = new SenderSwarm({ plan, ports: undefined, network: current, changed })
  const start = { plan, network: current, session, swarm, keepStored: changed, changed }
  const send = new PageSend(start)
  await session.done
  const asked = new Set<string>()
  sent.onCall((_call, { seed }) => asked.add(seed.id))
  await send.askSeeds('receipts')
  expect(asked.size).toBe(2)
  network = sent.network
  await send.askSeeds('receipts')
  expect(asked.size).toBe(3)
})

import { expect, it } from 'vitest'
import type { Network } from '../../../client/engine/network.ts'
import { PageSend } from '../../../client/worker/page-send.ts'
import { SenderSwarm } from '../../../client/worker/sender-swarm.ts'
import { MemoryFile, randomBytes } from '../memory-files.ts'
import { MemorySlot, SendNetwork } from '../send-network.ts'

const changed = (): void => undefined

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

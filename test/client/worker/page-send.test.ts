import { expect, it } from 'vitest'
import { TransferError } from '../../../protocol/errors.ts'
import { titleOf } from '../../../client/page/page-state.ts'
import type { Network } from '../../../client/engine/network.ts'
import { PageSend } from '../../../client/worker/page-send.ts'
import { SenderSwarm } from '../../../client/worker/sender-swarm.ts'
import { app } from '../../ui/gallery/samples.ts'
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
  const { link, ownerLink, wasStored } = send.snapshot
  expect(wasStored).toBe(false)
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

/** Of a share that lasts no longer than its upload. */
class EndingSwarm extends SenderSwarm {
  override untilEnded(): Promise<TransferError> {
    return Promise.resolve(new TransferError('SHARE_EXPIRED', 'This share has expired.'))
  }
}

it('remembers of a share that ended that it was stored', async () => {
  await using sent = await SendNetwork.start(2)
  const plan = await sent.plan([new MemoryFile('a', randomBytes(300, 1))])
  const network = (): Network => sent.network
  const session = sent.send(plan, new MemorySlot())
  using swarm = new EndingSwarm({ plan, ports: undefined, network, changed })
  const send = new PageSend({ plan, network, session, swarm, keepStored: changed, changed })
  expect(send.snapshot).toMatchObject({ phase: 'preparing', wasStored: false })
  await expect.poll(() => send.isFailed).toBe(true)
  expect(send.snapshot).toMatchObject({ canClose: false, wasStored: true })
  expect(titleOf({ ...app(), sends: [send.snapshot] })).toBe('Skerry')
})

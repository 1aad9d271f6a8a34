import { expect, it } from 'vitest'
import { ShareSession } from '../../../client/engine/receive/share-session.ts'
import { ReceiveCustody } from '../../../client/worker/receive-custody.ts'
import { deriveHelpKey } from '../../../protocol/key-schedule.ts'
import { MemoryFile, randomBytes } from '../memory-files.ts'
import { MemorySeen } from '../receive/reader.ts'
import { MemorySlot, SendNetwork } from '../send-network.ts'

it('lists who is to keep a share and who has it, and no seed that was asked because another was away', async () => {
  await using network = await SendNetwork.start(3)
  const plan = await network.plan([new MemoryFile('a', randomBytes(300_000, 1))])
  const [first, away, standIn] = network.ranked(plan)
  // So that it gets nothing, however slow the others are.
  await standIn?.custody.stop()
  await network.send(plan, new MemorySlot()).done
  const { shareId } = plan
  const { secret } = plan.secrets
  if (away !== undefined) away.proxy.isDown = true
  await using session = new ShareSession({
    shareId,
    helpKey: deriveHelpKey(secret),
    seeds: network.network.directory.seeds,
    seen: new MemorySeen(),
    nowMs: network.nowMs,
  })
  const link = { kind: 'link', shareId, secret } as const
  let known = network.network
  const custody = new ReceiveCustody({
    link,
    session,
    network: () => known,
    changed: () => undefined,
    nowMs: network.nowMs,
  })
  const seen = (): unknown[] => custody.snapshots.map(({ seedId, receipt }) => [seedId, receipt])
  expect(seen()).toEqual([])
  await session.untilKnown()
  await network.until(() => session.entries.some(({ seed }) => seed.id === standIn?.seed.id))
  const custodians = [first?.seed.id, away?.seed.id]
  expect(seen()).toEqual(custodians.map((id) => [id, 'unknown']))
  await custody.ask('receipts')
  expect(seen()).toEqual([
    [first?.seed.id, 'stored'],
    [away?.seed.id, 'unknown'],
  ])
  // The first one still has it when others are to keep it in its place.
  if (away !== undefined) away.proxy.isDown = false
  const { directory } = known
  const seeds = directory.seeds.map((seed) =>
    seed.id === first?.seed.id ? Object.assign({}, seed, { state: 'draining' } as const) : seed,
  )
  known = { ...known, directory: { ...directory, seeds } }
  custody.takeSeeds()
  await custody.ask('receipts')
  expect(seen()).toEqual([
    [away?.seed.id, 'stored'],
    [standIn?.seed.id, 'unknown'],
    [first?.seed.id, 'stored'],
  ])
})

import { expect, it } from 'vitest'
import { assert } from '../../../protocol/errors.ts'
import { EXTENT_CHUNKS } from '../../../protocol/limits.ts'
import { MemoryFile, randomBytes } from '../memory-files.ts'
import { MemorySlot, SendNetwork } from '../send-network.ts'

it('counts a seed no more that left the directory, and sends what it had to another one', async () => {
  // Nobody else brings a seed what it lacks.
  await using network = await SendNetwork.start(3, { isPartitioned: true })
  const plan = await network.plan([new MemoryFile('film.mp4', randomBytes(5_000_000, 1))])
  const [gone, down, next] = network.ranked(plan)
  assert(gone !== undefined && down !== undefined && next !== undefined, 'three seeds')
  down.proxy.isDown = true
  const { directory } = network.network
  const seeds = directory.seeds.filter(({ id }) => id !== gone.seed.id)
  let current = network.network
  await using session = network.send(plan, new MemorySlot(), {
    refreshNetwork: () => Promise.resolve(current),
    refreshTroubledMs: 50,
  })
  const onceBytes = (): number => session.progress.frontier.onceBytes
  await network.until(() => onceBytes() === plan.totalBytes)
  current = { ...network.network, directory: { ...directory, seeds } }
  await network.until(() => next.proxy.bodies === Math.ceil(plan.chunkCount / EXTENT_CHUNKS))
  await network.until(() => onceBytes() === plan.totalBytes)
  expect(session.progress.frontier.policyBytes).toBe(0)
  down.proxy.isDown = false
  const stored = (await session.done).map(({ id }) => id)
  expect(new Set(stored)).toEqual(new Set([down.seed.id, next.seed.id]))
})

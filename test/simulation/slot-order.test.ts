import { expect, it } from 'vitest'
import { sending } from './swarm/conduct.ts'
import { FAST } from './swarm/lines.ts'
import { SwarmWorld } from './swarm/swarm-world.ts'

const CHUNKS = 120
const PUBLISH_MS = 1100

/** A sender, one recipient and no seed: their slot closes and opens again as the share grows. */
function growingShare(number: number, lateShare: number): SwarmWorld {
  const lines = { seedCount: 0, seedUpPerMs: 0, seedReadsMax: 0 }
  const world = new SwarmWorld({ number, chunkCount: CHUNKS, ...lines, isLive: true, lateShare })
  const sender = world.add({ ...FAST, conduct: sending }, 0)
  const recipient = world.add(FAST, 10)
  const publish = (): void => {
    sender.feed({ type: 'held', indexes: [world.publishedCount] })
    world.publishedCount += 1
    recipient.fetch({ type: 'published', chunkCount: world.publishedCount })
    if (world.publishedCount < CHUNKS) world.wheel.after(PUBLISH_MS, publish)
  }
  world.wheel.after(PUBLISH_MS, publish)
  return world
}

it.each([1, 2, 3, 4])(
  'an only recipient follows an only sender, in whatever order its slot is said to open and close, seed %i',
  (number) => {
    const world = growingShare(number, 0.5)
    world.runUntilComplete(world.peers.slice(1), 300_000)
    const [, recipient] = world.peers
    expect(recipient?.completedMs).toBeLessThan(CHUNKS * PUBLISH_MS + 10_000)
  },
)

import { expect, it } from 'vitest'
import { sending } from '../simulation/swarm/conduct.ts'
import { FAST } from '../simulation/swarm/lines.ts'
import { SwarmWorld } from '../simulation/swarm/swarm-world.ts'

const CHUNKS = 64
/** Until a connection that fell silent is given up. */
const NOTICE_MS = 30_000

/** A sender that is all there is: no seed has anything yet. */
function senderAlone(number: number): SwarmWorld {
  const lines = { seedCount: 0, seedUpPerMs: 0, seedReadsMax: 0 }
  const world = new SwarmWorld({ number, chunkCount: CHUNKS, ...lines })
  const sender = world.add({ ...FAST, conduct: sending }, 0)
  sender.feed({ type: 'held', indexes: Array.from({ length: CHUNKS }, (_, index) => index) })
  return world
}

it.each([1, 2, 3, 4])(
  'F24: those who stay have it from a sender alone, though twice as many as it serves vanish while it serves them, seed %i',
  (number) => {
    const world = senderAlone(number)
    for (let i = 0; i < 8; i += 1) {
      const vanishing = world.add(FAST, world.draw(500, 600))
      world.wheel.after(2500, () => vanishing.leave(NOTICE_MS))
    }
    const stayers = Array.from({ length: 3 }, () => world.add(FAST, world.draw(1800, 2400)))
    world.runUntilComplete(stayers, 300_000)
    // With nobody else there it takes them ten seconds. Those who vanished are waited for, and not until they are noticed.
    for (const { startedMs, completedMs } of stayers) {
      expect((completedMs ?? Infinity) - startedMs).toBeLessThan(0.8 * NOTICE_MS)
    }
  },
)

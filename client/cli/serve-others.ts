import { delay } from '../engine/delay.ts'
import type { CommandSwarm } from './command-swarm.ts'
import type { CommandContext } from './send-watch.ts'

/** How often it says how serving goes. */
const SERVING_MS = 5000

/** Serves others until the command is stopped, which is its good end. */
export async function serveOthers(
  swarm: CommandSwarm,
  { output, signal }: CommandContext,
): Promise<void> {
  while (!signal.aborted) {
    const { peerCount: peers = 0, givenBytes = 0 } = swarm.state ?? {}
    output.event({ event: 'serving', peers, givenBytes })
    await delay(SERVING_MS, signal).catch(() => undefined)
  }
}

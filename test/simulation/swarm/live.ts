import { SEALED_CHUNK_BYTES_MAX } from '../../../protocol/limits.ts'
import { FAST, SEED, SLOW, SLOW_SHARE } from './lines.ts'
import { SimulatedSender } from './simulated-sender.ts'
import { SwarmWorld } from './swarm-world.ts'

export type LiveOptions = Readonly<{
  /** The same one gives the same story. */
  number: number
  peerCount: number
  chunkCount?: number
  joinMs?: number
  /** Of the sender's page: bytes a ms. */
  upPerMs?: number
  untilMs?: number
}>

export type LiveReport = Readonly<{
  finishedCount: number
  /** F/u of the sender. */
  uploadMs: number
  /** When seeds had all of it. */
  storedMs: number | undefined
  /**
   * The longest time from the start of the upload, of that which is the least possible: F/u, or where a recipient's
   * own line takes longer, until it joined and F/d from then on.
   */
  slowestRatio: number
  /** How often a chunk left the sender: to seeds and to peers. */
  leftTimes: number
  peerShare: number
  duplicateShare: number
  world: SwarmWorld
}>

/** Lets a sender upload, and recipients come meanwhile. */
export function runLive(options: LiveOptions): LiveReport {
  const { number, peerCount, chunkCount = 256, joinMs = 10_000, untilMs = 600_000 } = options
  const { upPerMs = FAST.upPerMs } = options
  const world = new SwarmWorld({
    number,
    chunkCount,
    seedCount: 2,
    seedUpPerMs: SEED.upPerMs,
    seedReadsMax: SEED.readsMax,
    isLive: true,
  })
  const sender = new SimulatedSender(world, { ...FAST, upPerMs })
  sender.start()
  const recipients = Array.from({ length: peerCount }, () => {
    return world.add(world.random() < SLOW_SHARE ? SLOW : FAST, world.draw(0, joinMs))
  })
  world.runUntilComplete(recipients, untilMs)
  const bytes = chunkCount * SEALED_CHUNK_BYTES_MAX
  const uploadMs = bytes / upPerMs
  const finished = recipients.filter(({ completedMs }) => completedMs !== undefined)
  const ratios = finished.map(({ completedMs = Infinity, startedMs, options: { downPerMs } }) => {
    return completedMs / Math.max(uploadMs, startedMs + bytes / downPerMs)
  })
  return {
    finishedCount: finished.length,
    uploadMs,
    storedMs: sender.storedMs,
    slowestRatio: Math.max(...ratios),
    leftTimes: (sender.uploadedChunks + sender.peer.givenChunks) / chunkCount,
    ...world.sharesOf(finished),
    world,
  }
}

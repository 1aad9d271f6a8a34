import { SEALED_CHUNK_BYTES_MAX } from '../../../protocol/limits.ts'
import { hostileConducts, type Conduct } from './conduct.ts'
import { FAST, SEED, SLOW, SLOW_SHARE } from './lines.ts'
import type { SimulatedPeer } from './simulated-peer.ts'
import { SwarmWorld } from './swarm-world.ts'

export type CrowdOptions = Readonly<{
  /** The same one gives the same story. */
  number: number
  /** Those who want the share and stay until they have it. */
  peerCount: number
  chunkCount?: number
  joinMs?: number
  /** Those besides who are up to no good. */
  hostileCount?: number
  /** What they are up to, in turn: all there is, if undefined. */
  conducts?: readonly Conduct[]
  /** Those besides who go without a word after `lifeMs`; there are so many at a time. */
  passingCount?: number
  lifeMs?: number
  /** Nobody asks peers. */
  isAlone?: boolean
  /** All have pages, and not the command. */
  arePages?: boolean
  seedCount?: number
  /** Of one seed: 1 Gbit/s, unless a small crowd gets its share of it. */
  seedUpPerMs?: number
  seedReadsMax?: number
  untilMs?: number
}>

export type CrowdReport = Readonly<{
  finishedCount: number
  /** max(F/u_s, F/d_min, N·F/(u_s + Σu_i)), of those who stay; u_i is 0 where nobody asks peers. */
  boundMs: number
  /** What the slowest took, from when it joined. */
  slowestMs: number
  medianMs: number
  /** The same from the first moment on, joins included: who is not there yet gives nothing, and wants nothing. */
  wholeBoundMs: number
  /** From the first moment to the last completion. */
  wholeMs: number
  /** How much of what came, came from peers. */
  peerShare: number
  /** What came and was here already, of what was needed. */
  duplicateShare: number
  world: SwarmWorld
}>

/** The crowd that the swarm is measured with: a smaller one gets seeds that are as small. */
const CROWD_PEERS = 10_000

/** Lets a crowd come for one share, and waits until all who stay have it. */
export function runCrowd(options: CrowdOptions): CrowdReport {
  const { peerCount, joinMs = 10_000, untilMs = 600_000 } = options
  const world = createWorld(options)
  const stayers = Array.from({ length: peerCount }, () => {
    const line = world.random() < SLOW_SHARE ? SLOW : FAST
    const { isAlone = false, arePages: isPage = false } = options
    return world.add({ ...line, isAlone, isPage }, world.draw(0, joinMs))
  })
  addHostile(world, options)
  addPassing(world, options)
  world.runUntilComplete(stayers, untilMs)
  return reportOf(world, stayers)
}

/** As many chunks a second for each peer as the seeds of the large crowd have for theirs. */
export function seedShare(peerCount: number): { seedUpPerMs: number; seedReadsMax: number } {
  const share = peerCount / CROWD_PEERS
  const seedReadsMax = Math.max(4, Math.ceil(SEED.readsMax * share))
  return { seedUpPerMs: SEED.upPerMs * share, seedReadsMax }
}

function createWorld(options: CrowdOptions): SwarmWorld {
  const { number, chunkCount = 256, seedCount = 2 } = options
  const { seedUpPerMs = SEED.upPerMs, seedReadsMax = SEED.readsMax } = options
  return new SwarmWorld({ number, chunkCount, seedCount, seedUpPerMs, seedReadsMax })
}

function addHostile(world: SwarmWorld, options: CrowdOptions): void {
  const { hostileCount = 0, conducts = hostileConducts, joinMs = 10_000 } = options
  for (let i = 0; i < hostileCount; i += 1) {
    const conduct = conducts[i % conducts.length]
    const upPerMs = conduct?.upPerMs ?? FAST.upPerMs
    world.add({ ...FAST, upPerMs, conduct }, world.draw(0, joinMs))
  }
}

/** Each who goes is followed by another. */
function addPassing(world: SwarmWorld, options: CrowdOptions): void {
  const { passingCount = 0, lifeMs = 30_000, joinMs = 10_000, untilMs = 600_000 } = options
  for (let i = 0; i < passingCount; i += 1) {
    const firstMs = world.draw(0, joinMs)
    for (let atMs = firstMs; atMs < untilMs; atMs += lifeMs) {
      world.wheel.after(atMs, () => {
        const peer = world.add(world.random() < SLOW_SHARE ? SLOW : FAST, 0)
        // Half of them close the page, the others fall off the line.
        const noticeMs = world.random() < 0.5 ? 0 : 15_000
        world.wheel.after(lifeMs, () => peer.leave(noticeMs))
      })
    }
  }
}

function reportOf(world: SwarmWorld, stayers: readonly SimulatedPeer[]): CrowdReport {
  const finished = stayers.filter(({ completedMs }) => completedMs !== undefined)
  const tookMs = finished
    .map(({ completedMs = 0, startedMs }) => completedMs - startedMs)
    .toSorted((a, b) => a - b)
  return {
    finishedCount: finished.length,
    boundMs: boundOf(world, stayers),
    slowestMs: tookMs.at(-1) ?? 0,
    medianMs: tookMs[tookMs.length >> 1] ?? 0,
    wholeBoundMs: wholeBoundOf(world, stayers),
    wholeMs: Math.max(...finished.map(({ completedMs = 0 }) => completedMs)),
    ...world.sharesOf(finished),
    world,
  }
}

function boundOf(world: SwarmWorld, stayers: readonly SimulatedPeer[]): number {
  const { chunkCount, seedCount, seedUpPerMs } = world.options
  const bytes = chunkCount * SEALED_CHUNK_BYTES_MAX
  const seedsPerMs = seedCount * seedUpPerMs
  const upPerMs = stayers.reduce((sum, peer) => sum + givingPerMs(peer), seedsPerMs)
  const slowest = Math.min(...stayers.map(({ options }) => options.downPerMs))
  return Math.max(
    seedsPerMs === 0 ? 0 : bytes / seedsPerMs,
    bytes / slowest,
    (stayers.length * bytes) / upPerMs,
  )
}

/** No schedule ends before all lines up, each from its join on, can have carried it, nor before a line down can. */
function wholeBoundOf(world: SwarmWorld, stayers: readonly SimulatedPeer[]): number {
  const { chunkCount, seedCount, seedUpPerMs } = world.options
  const bytes = chunkCount * SEALED_CHUNK_BYTES_MAX
  let leftBytes = stayers.length * bytes
  let perMs = seedCount * seedUpPerMs
  let atMs = 0
  for (const peer of stayers.toSorted((a, b) => a.startedMs - b.startedMs)) {
    const untilMs = Math.min(peer.startedMs, atMs + leftBytes / perMs)
    leftBytes -= (untilMs - atMs) * perMs
    atMs = untilMs
    perMs += givingPerMs(peer)
  }
  const downMs = stayers.map(({ startedMs, options }) => startedMs + bytes / options.downPerMs)
  return Math.max(atMs + leftBytes / perMs, ...downMs)
}

function givingPerMs({ options }: SimulatedPeer): number {
  return options.isAlone === true ? 0 : options.upPerMs
}

import { expect, it } from 'vitest'
import { SEALED_CHUNK_BYTES_MAX } from '../../../protocol/limits.ts'
import { ChunkSet } from '../../../protocol/swarm/chunk-set.ts'
import type { FetchEvent } from '../../../protocol/swarm/fetch-event.ts'
import { FetchPlanner } from '../../../protocol/swarm/fetch-planner.ts'
import { PEER_TRAITS } from '../../../protocol/swarm/swarm-traits.ts'

const CHUNKS = 400
/** What a chunk takes from the seed. */
const SEED_MS = 100
const PEER_COMES_MS = 3000
/** The seed turns everybody away from the first run on until then. */
const BUSY_MS = 10_000
const STEP_MS = 10

/** A seed gives one run and is busy for a while; a peer brings a chunk at a time, all the while. */
class Scene {
  /** When the seed was asked. */
  readonly askedMs: number[] = []
  readonly #planner: FetchPlanner
  readonly #peerRuns: { run: number; index: number }[] = []
  readonly #later: { dueMs: number; event: FetchEvent }[] = []
  readonly #peerMs: number
  #peerDueMs = 0
  #nowMs = 0

  constructor(peerMs: number) {
    this.#peerMs = peerMs
    const plan = { chunkCount: CHUNKS, wanted: ChunkSet.full(CHUNKS), windowChunks: 256 }
    this.#planner = new FetchPlanner({ ...plan, order: 'rare', random: () => 0.5 })
    this.#feed({ type: 'join', source: 'seed', traits: { runChunksMax: 64, runsMax: 1 } })
    this.#feed({ type: 'published', chunkCount: CHUNKS })
    // What both bring together is not to be reached again by one of them.
    this.run(PEER_COMES_MS)
    this.#feed({ type: 'join', source: 'peer', traits: PEER_TRAITS })
    this.#feed({ type: 'held', source: 'peer', held: { has: () => true } })
    this.#feed({ type: 'slot', source: 'peer', isOpen: true })
  }

  run(untilMs: number): void {
    while (this.#nowMs < untilMs) {
      this.#nowMs += STEP_MS
      for (const job of this.#later.splice(0)) {
        if (job.dueMs > this.#nowMs) this.#later.push(job)
        else this.#feed(job.event)
      }
      if (this.#nowMs >= this.#peerDueMs) this.#givePeerChunk()
      if (this.#nowMs >= (this.#planner.deadlineMs ?? Infinity)) this.#feed({ type: 'tick' })
    }
  }

  /** As the engine tells of it: the bytes when they are here, the chunk when it was checked. */
  #givePeerChunk(): void {
    const asked = this.#peerRuns.shift()
    if (asked === undefined) return
    this.#peerDueMs = this.#nowMs + this.#peerMs
    const { run, index } = asked
    this.#feed({ type: 'bytes', run, bytes: SEALED_CHUNK_BYTES_MAX })
    this.#feed({ type: 'chunk', run, index })
  }

  #feed(event: FetchEvent): void {
    for (const effect of this.#planner.step(event, this.#nowMs)) {
      if (effect.type === 'deliver') this.#say(0, { type: 'saved', index: effect.index })
      if (effect.type !== 'request') continue
      const { run, source, first, count } = effect
      if (source === 'peer') this.#peerRuns.push({ run, index: first })
      else this.#giveSeedRun(run, first, count)
    }
  }

  #giveSeedRun(run: number, first: number, count: number): void {
    this.askedMs.push(this.#nowMs)
    if (this.askedMs.length > 1 && this.#nowMs < BUSY_MS) {
      return this.#say(STEP_MS, { type: 'fail', run, fault: 'TOO_MANY_REQUESTS' })
    }
    for (let i = 0; i < count; i += 1) {
      const bytes = SEALED_CHUNK_BYTES_MAX / 2
      this.#say((i + 0.5) * SEED_MS, { type: 'bytes', run, bytes })
      this.#say((i + 1) * SEED_MS, { type: 'bytes', run, bytes })
      this.#say((i + 1) * SEED_MS, { type: 'chunk', run, index: first + i })
    }
    return this.#say(count * SEED_MS, { type: 'end', run })
  }

  #say(ms: number, event: FetchEvent): void {
    this.#later.push({ dueMs: this.#nowMs + ms, event })
  }
}

it('asks a seed again that had no room, where peers bring little more than half of what it did', () => {
  const scene = new Scene(1.6 * SEED_MS)
  scene.run(BUSY_MS + 5000)
  expect(scene.askedMs.some((atMs) => atMs >= BUSY_MS)).toBe(true)
})

it('spares a seed that had no room, where peers bring as much as it did', () => {
  const scene = new Scene(0.95 * SEED_MS)
  scene.run(BUSY_MS + 5000)
  expect(scene.askedMs.filter((atMs) => atMs >= BUSY_MS)).toEqual([])
})

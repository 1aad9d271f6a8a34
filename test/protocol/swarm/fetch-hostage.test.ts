import { expect, it } from 'vitest'
import { SEALED_CHUNK_BYTES_MAX } from '../../../protocol/limits.ts'
import { ChunkSet } from '../../../protocol/swarm/chunk-set.ts'
import type { FetchEffect, FetchEvent } from '../../../protocol/swarm/fetch-event.ts'
import { FetchPlanner } from '../../../protocol/swarm/fetch-planner.ts'

const CHUNKS = 24
const SEED = { runChunksMax: 64, runsMax: 2 }
const PEER = { runChunksMax: 1, runsMax: 8, hasSlots: true, isPeer: true }
/** What a chunk takes from the seed: with its latency more than is guessed of a peer that gave none yet. */
const SEED_MS = 1200
const PARTS = 4

type Request = Extract<FetchEffect, { type: 'request' }>

/** A seed that answers one request after the other, and a peer that keeps whatever it is asked for. */
class HostageScene {
  readonly planner: FetchPlanner
  nowMs = 0
  /** When the peer was asked for what it keeps. */
  readonly keptMs = new Map<number, number>()
  /** When the seed was asked for each chunk first. */
  readonly seedMs = new Map<number, number>()
  readonly #due: { atMs: number; event: FetchEvent }[] = []
  #seedFreeMs = 0

  constructor(order: 'stream' | 'rare') {
    const plan = { chunkCount: CHUNKS, wanted: ChunkSet.full(CHUNKS), windowChunks: 256 }
    this.planner = new FetchPlanner({ ...plan, order, random: () => 0.5 })
    this.#feed({ type: 'join', source: 'seed', traits: SEED })
    this.#feed({ type: 'join', source: 'peer', traits: PEER })
    this.#feed({ type: 'held', source: 'peer', held: plan.wanted })
    this.#feed({ type: 'slot', source: 'peer', isOpen: true })
    this.#feed({ type: 'published', chunkCount: CHUNKS })
  }

  run(untilMs: number): void {
    while (this.nowMs < untilMs && !this.planner.isComplete) {
      this.nowMs += 10
      const due = this.#due.filter(({ atMs }) => atMs <= this.nowMs)
      this.#due.splice(0, Infinity, ...this.#due.filter((job) => !due.includes(job)))
      for (const { event } of due) this.#feed(event)
      if (this.nowMs >= (this.planner.deadlineMs ?? Infinity)) this.#feed({ type: 'tick' })
    }
  }

  #feed(event: FetchEvent): void {
    for (const effect of this.planner.step(event, this.nowMs)) {
      if (effect.type === 'deliver') this.#feed({ type: 'saved', index: effect.index })
      if (effect.type !== 'request') continue
      if (effect.source === 'peer') this.keptMs.set(effect.first, this.nowMs)
      else this.#answer(effect)
    }
  }

  #answer({ run, first, count }: Request): void {
    let atMs = Math.max(this.nowMs, this.#seedFreeMs)
    for (let index = first; index < first + count; index += 1) {
      if (!this.seedMs.has(index)) this.seedMs.set(index, this.nowMs)
      for (let part = 0; part < PARTS; part += 1) {
        atMs += SEED_MS / PARTS
        const bytes = SEALED_CHUNK_BYTES_MAX / PARTS
        this.#due.push({ atMs, event: { type: 'bytes', run, bytes } })
      }
      this.#due.push({ atMs, event: { type: 'chunk', run, index } })
    }
    this.#due.push({ atMs, event: { type: 'end', run } })
    this.#seedFreeMs = atMs
  }
}

it.each(['stream', 'rare'] as const)(
  'D03: asks a seed for the chunk that a peer keeps once that took it three seconds, though what is guessed of the peer is quicker, order %s',
  (order) => {
    const scene = new HostageScene(order)
    scene.run(600_000)
    expect(scene.planner.isComplete).toBe(true)
    expect(scene.keptMs.size).toBeGreaterThan(0)
    for (const [index, keptMs] of scene.keptMs) {
      const waitedMs = (scene.seedMs.get(index) ?? Infinity) - keptMs
      // No sooner: a peer may be slow and honest.
      expect(waitedMs).toBeGreaterThanOrEqual(3000)
      expect(waitedMs).toBeLessThan(4500)
    }
    expect(scene.nowMs).toBeLessThan(1.2 * CHUNKS * SEED_MS)
  },
)

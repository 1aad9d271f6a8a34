import { expect, it } from 'vitest'
import { ChunkSet } from '../../../protocol/swarm/chunk-set.ts'
import type { FetchEffect, FetchEvent } from '../../../protocol/swarm/fetch-event.ts'
import { FetchPlanner } from '../../../protocol/swarm/fetch-planner.ts'

const CHUNKS = 400
/** The one that the giving peer lacks. */
const LAST = CHUNKS - 1
const SEED = { runChunksMax: 64, runsMax: 2 }
const PEER = { runChunksMax: 1, runsMax: 8, hasSlots: true, isPeer: true }
/** What a chunk takes from the peer, and what one from the seed. */
const PEER_MS = 100
const SEED_MS = 260
/** The seed has no room at first. */
const SEED_BUSY_MS = 3000
const STEP_MS = 10

const random = (): number => 0.5

type Request = Extract<FetchEffect, { type: 'request' }>

/** One peer gives, the seed has no room at first, and another peer claims all and rejects what it is asked for. */
class SparedSeed {
  readonly planner: FetchPlanner
  nowMs = 0
  readonly seedChunks: number[] = []
  readonly #due: { atMs: number; event: FetchEvent }[] = []
  #peerFreeMs = 0

  constructor(order: 'stream' | 'rare') {
    const wanted = ChunkSet.full(CHUNKS)
    const plan = { chunkCount: CHUNKS, wanted, windowChunks: 256, order, random }
    this.planner = new FetchPlanner(plan)
  }

  feed(event: FetchEvent): void {
    for (const effect of this.planner.step(event, this.nowMs)) {
      if (effect.type === 'deliver') this.#later(0, { type: 'saved', index: effect.index })
      if (effect.type === 'request') this.#answer(effect)
    }
  }

  /** Rings only when the planner asks for it. */
  run(untilMs: number): void {
    while (this.nowMs < untilMs && !this.planner.isComplete) {
      this.nowMs += STEP_MS
      const due = this.#due.filter(({ atMs }) => atMs <= this.nowMs)
      for (const { event } of due.toSorted((a, b) => a.atMs - b.atMs)) this.feed(event)
      this.#due.splice(0, Infinity, ...this.#due.filter((job) => !due.includes(job)))
      if (this.nowMs >= (this.planner.deadlineMs ?? Infinity)) this.feed({ type: 'tick' })
    }
  }

  #answer({ run, source, first, count }: Request): void {
    if (source === 'giver') {
      this.#peerFreeMs = Math.max(this.nowMs, this.#peerFreeMs) + PEER_MS
      this.#later(this.#peerFreeMs - this.nowMs, { type: 'chunk', run, index: first })
      this.#later(this.#peerFreeMs - this.nowMs, { type: 'end', run })
    }
    if (source === 'claimer' || (source === 'seed' && this.nowMs < SEED_BUSY_MS)) {
      this.#later(30, { type: 'fail', run, fault: 'TOO_MANY_REQUESTS' })
    } else if (source === 'seed') this.#answerRange(run, first, count)
  }

  #answerRange(run: number, first: number, count: number): void {
    for (let i = 0; i < count; i += 1) {
      this.seedChunks.push(first + i)
      this.#later(SEED_MS * (i + 1), { type: 'chunk', run, index: first + i })
    }
    this.#later(SEED_MS * count, { type: 'end', run })
  }

  #later(ms: number, event: FetchEvent): void {
    this.#due.push({ atMs: this.nowMs + ms, event })
  }
}

function scene(order: 'stream' | 'rare'): SparedSeed {
  const download = new SparedSeed(order)
  download.feed({ type: 'join', source: 'giver', traits: PEER })
  download.feed({ type: 'join', source: 'claimer', traits: PEER })
  download.feed({ type: 'held', source: 'giver', held: { has: (index) => index !== LAST } })
  download.feed({ type: 'held', source: 'claimer', held: { has: () => true } })
  download.feed({ type: 'join', source: 'seed', traits: SEED })
  download.feed({ type: 'slot', source: 'giver', isOpen: true })
  download.feed({ type: 'published', chunkCount: CHUNKS })
  return download
}

it.each(['stream', 'rare'] as const)(
  'P8, D03: asks an idle seed for what a peer says it has that never lets us ask, while others bring the rest, order %s',
  (order) => {
    const download = scene(order)
    download.run(600_000)
    expect(download.planner.isComplete).toBe(true)
    expect(download.seedChunks).toContain(LAST)
    // It need not be the last to come.
    expect(download.nowMs).toBeLessThan(CHUNKS * PEER_MS + 2000)
  },
)

it.each(['stream', 'rare'] as const)(
  'P8, D03: asks an idle seed for what a peer says it has that lets us ask no more, once nothing else comes, order %s',
  (order) => {
    const download = scene(order)
    // Until shortly before the others are through.
    for (const atMs of [15_000, 25_000, 35_000]) {
      download.run(atMs)
      download.feed({ type: 'slot', source: 'claimer', isOpen: true })
      download.feed({ type: 'slot', source: 'claimer', isOpen: false })
    }
    download.run(600_000)
    expect(download.planner.isComplete).toBe(true)
    expect(download.nowMs).toBeLessThan(CHUNKS * PEER_MS + 8000)
  },
)

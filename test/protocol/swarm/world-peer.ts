import { SEALED_CHUNK_BYTES_MAX } from '../../../protocol/limits.ts'
import { CHUNK_WAIT_MS } from '../../../protocol/swarm/asked-chunks.ts'
import { ChunkSet } from '../../../protocol/swarm/chunk-set.ts'
import type { FetchEvent } from '../../../protocol/swarm/fetch-event.ts'
import { PEER_TRAITS } from '../../../protocol/swarm/swarm-traits.ts'
import { createRandom } from '../../random.ts'
import type { Actor } from './fetch-world.ts'

/** Promises not kept until its session ends, as in session-fetch.ts. */
const STRIKES_MAX = 2
const OPEN_MS_MAX = 10_000
const SHUT_MS_MAX = 4000

type Word = Readonly<{ dueMs: number; say: () => void }>
type Asked = Readonly<{ run: number; index: number; askedMs: number }>

export type WorldPeerOptions = Readonly<{
  actor: Actor
  chunkCount: number
  random: () => number
  feed: (event: FetchEvent) => void
}>

/** A person's device as the planner meets it: it is asked while it says so, and each chunk comes whole. */
export class WorldPeer {
  sentCount = 0
  readonly #options: WorldPeerOptions
  /** What it says it has. */
  readonly #claimed: ChunkSet
  /** When it may be asked does not depend on what else happens. */
  readonly #turns: () => number
  readonly #asked: Asked[] = []
  readonly #words: Word[] = []
  #isOpen = false
  #turnsAtMs = 0
  #partBytes = 0
  #lastMs = 0
  #strikes = 0
  #isGone = false

  constructor(options: WorldPeerOptions) {
    const { actor, chunkCount } = options
    const { held, hidesHoles = false, turnsSeed = 0 } = actor
    const isAll = held === undefined || hidesHoles
    this.#options = options
    this.#claimed = isAll ? ChunkSet.full(chunkCount) : new ChunkSet(chunkCount, held.bitmap())
    this.#turns = createRandom(turnsSeed)
    this.#turnsAtMs = this.#turns() * SHUT_MS_MAX
  }

  join(): void {
    const { actor, feed } = this.#options
    feed({ type: 'join', source: actor.id, traits: PEER_TRAITS })
    feed({ type: 'held', source: actor.id, held: this.#claimed })
  }

  /** Answers come later, never from inside a step. */
  ask(run: number, index: number, nowMs: number): void {
    const { actor, random, feed } = this.#options
    const dueMs = nowMs + actor.latencyMs
    if (!this.#isOpen || random() < (actor.fails ?? 0)) {
      const say = (): void => feed({ type: 'fail', run, fault: 'TOO_MANY_REQUESTS' })
      this.#words.push({ dueMs, say })
    } else if (actor.held?.has(index) === false) {
      this.#words.push({ dueMs, say: () => this.#miss(run, index) })
    } else this.#asked.push({ run, index, askedMs: nowMs })
  }

  cancel(run: number): void {
    const place = this.#asked.findIndex((asked) => asked.run === run)
    if (place < 0) return
    this.#asked.splice(place, 1)
    if (place === 0) this.#partBytes = 0
  }

  /** Its session ends, as after a wrong chunk. */
  leaveSoon(nowMs: number): void {
    this.#words.push({ dueMs: nowMs, say: () => this.#leave() })
  }

  moment(nowMs: number, stepMs: number): void {
    if (nowMs >= this.#turnsAtMs) this.#turn(nowMs)
    for (const word of this.#words.splice(0)) {
      if (this.#isGone) return
      if (word.dueMs > nowMs) this.#words.push(word)
      else word.say()
    }
    if (this.#isGone) return
    this.#send(nowMs, this.#options.actor.bytesPerMs * stepMs)
    const waitsSinceMs = Math.max(this.#lastMs, this.#asked[0]?.askedMs ?? nowMs)
    if (nowMs >= waitsSinceMs + CHUNK_WAIT_MS) this.#giveUp()
  }

  /** Word of it is on its way for a while: what is asked until then is turned away. */
  #turn(nowMs: number): void {
    const { actor, feed } = this.#options
    if (actor.neverOpens === true) return
    const isOpen = !this.#isOpen
    this.#isOpen = isOpen
    const spanMs = isOpen ? OPEN_MS_MAX : SHUT_MS_MAX
    this.#turnsAtMs = nowMs + actor.latencyMs + this.#turns() * spanMs
    const say = (): void => feed({ type: 'slot', source: actor.id, isOpen })
    this.#words.push({ dueMs: nowMs + actor.latencyMs / 2, say })
  }

  #send(nowMs: number, budgetBytes: number): void {
    const { actor } = this.#options
    let leftBytes = budgetBytes
    while (leftBytes > 0 && this.sentCount < (actor.silentAfter ?? Infinity)) {
      const [first] = this.#asked
      if (first === undefined || nowMs < first.askedMs + actor.latencyMs) return
      const bytes = Math.min(leftBytes, SEALED_CHUNK_BYTES_MAX - this.#partBytes)
      leftBytes -= bytes
      this.#partBytes += bytes
      if (this.#partBytes === SEALED_CHUNK_BYTES_MAX) this.#sendChunk(first, nowMs)
    }
  }

  /** All that is seen of it is its end. */
  #sendChunk({ run, index }: Asked, nowMs: number): void {
    const { actor, random, feed } = this.#options
    this.#asked.shift()
    this.#partBytes = 0
    this.#lastMs = nowMs
    this.sentCount += 1
    feed({ type: 'bytes', run, bytes: SEALED_CHUNK_BYTES_MAX })
    if (random() < (actor.lies ?? 0)) return feed({ type: 'corrupt', run, index })
    feed({ type: 'chunk', run, index })
    return feed({ type: 'end', run })
  }

  #miss(run: number, index: number): void {
    const { actor, feed } = this.#options
    if (this.#claimed.has(index)) {
      this.#claimed.delete(index)
      feed({ type: 'lost', source: actor.id, indexes: [index] })
    }
    feed({ type: 'fail', run, fault: 'CHUNK_MISSING' })
    this.#strike()
  }

  #giveUp(): void {
    for (const { run } of this.#asked.splice(0)) {
      this.#options.feed({ type: 'fail', run, fault: 'SEED_UNREACHABLE' })
    }
    this.#partBytes = 0
    this.#strike()
  }

  #strike(): void {
    this.#strikes += 1
    if (this.#strikes >= STRIKES_MAX) this.#leave()
  }

  #leave(): void {
    this.#isGone = true
    this.#options.feed({ type: 'leave', source: this.#options.actor.id })
  }
}

import { ChunkSet } from '../../../protocol/swarm/chunk-set.ts'
import type { FetchEffect, FetchEvent } from '../../../protocol/swarm/fetch-event.ts'
import { FetchPlanner } from '../../../protocol/swarm/fetch-planner.ts'
import { SEALED_CHUNK_BYTES_MAX } from '../../../protocol/limits.ts'
import { WorldPeer } from './world-peer.ts'

/** How one source behaves, in virtual time. */
export type Actor = Readonly<{
  id: string
  /** Until the first byte of each answer. */
  latencyMs: number
  bytesPerMs: number
  /** The chance that a chunk it sends is wrong. */
  lies?: number
  /** The chance that a request is refused. */
  fails?: number
  /** Falls silent for good after so many chunks. */
  silentAfter?: number
  /** What it holds; all, if undefined. */
  held?: ChunkSet
  /** Does not say so when asked. */
  hidesHoles?: boolean
  peer?: boolean
  /** Of a peer: when it lets itself be asked. */
  turnsSeed?: number
  /** Of a peer: it never does. */
  neverOpens?: boolean
  /** A store on this machine, which says at once what it holds. */
  local?: boolean
  /** Of a store: how many more chunks it takes; none, if undefined. */
  keepsMax?: number
  /** Of a store: the chance that what it took is not there any more when it is asked for. */
  forgets?: number
}>

export type WorldOptions = Readonly<{
  chunkCount: number
  actors: readonly Actor[]
  random: () => number
  windowChunks?: number
  nearChunks?: number
  order?: 'stream' | 'rare'
  wanted?: ChunkSet
  /** How many chunks are published at a time; all at the start, if undefined. */
  publishedAt?: (nowMs: number) => number
  saveMs?: number
  /** One chunk is saved after the other, as a disk does. */
  isSavedInTurn?: boolean
  /** In the order of the stream, as a browser's download does. */
  isSavedInOrder?: boolean
  /** Of a line that all share. */
  lineBytesPerMs?: number
  untilMs?: number
}>

const PART_BYTES = 65_536

type Answer = { actor: Actor; next: number; end: number; partBytes: number; readyMs: number }

/** A download in virtual time: a planner, and sources that behave as told. */
export class FetchWorld {
  readonly planner: FetchPlanner
  readonly delivered: number[] = []
  readonly banned: string[] = []
  requestCount = 0
  memoryMax = 0
  nowMs = 0
  #publishedCount = 0
  readonly #options: WorldOptions
  readonly #answers = new Map<number, Answer>()
  readonly #saves: { index: number; dueMs: number }[] = []
  /** Not saved yet. */
  readonly #left: ChunkSet
  #keptCount = 0
  readonly #queue: FetchEvent[] = []
  readonly #sentBy = new Map<string, number>()
  readonly #peers = new Map<string, WorldPeer>()
  /** Whom each peer's run was asked of. */
  readonly #peerRuns = new Map<number, WorldPeer>()

  constructor(options: WorldOptions) {
    this.#options = options
    const { chunkCount, windowChunks = 64, wanted = ChunkSet.full(chunkCount) } = options
    const { order = 'stream', random, nearChunks } = options
    const byRandom = order === 'rare' ? ({ order, random } as const) : {}
    this.planner = new FetchPlanner({ chunkCount, wanted, windowChunks, nearChunks, ...byRandom })
    this.#left = new ChunkSet(chunkCount, wanted.bitmap())
  }

  /** Runs until all is saved, or time is up; goes on where it was. */
  run(untilMs = this.#options.untilMs ?? 3_600_000): this {
    const { actors, chunkCount, publishedAt } = this.#options
    if (this.nowMs === 0) for (const actor of actors) this.#join(actor)
    if (publishedAt === undefined) this.#publish(chunkCount)
    while (!this.planner.isComplete && this.nowMs < untilMs) this.#moment()
    return this
  }

  #join(actor: Actor): void {
    if (actor.peer === true) return this.#joinPeer(actor)
    const { id, local = false, held } = actor
    const traits = { runChunksMax: 64, runsMax: 4, isLocal: local }
    this.#feed({ type: 'join', source: id, traits })
    if (local) this.#feed({ type: 'held', source: id, held })
    return undefined
  }

  #joinPeer(actor: Actor): void {
    const { chunkCount, random } = this.#options
    const feed = (event: FetchEvent): void => this.#feed(event)
    const peer = new WorldPeer({ actor, chunkCount, random, feed })
    this.#peers.set(actor.id, peer)
    peer.join()
  }

  /** How many chunks one of them sent. */
  sentBy(id: string): number {
    return this.#peers.get(id)?.sentCount ?? this.#sentBy.get(id) ?? 0
  }

  /** How many all of them sent. */
  get sentChunks(): number {
    return this.#options.actors.reduce((sum, { id }) => sum + this.sentBy(id), 0)
  }

  /** Ten milliseconds: what the line carries is shared by those who answer. */
  #moment(): void {
    const stepMs = 10
    this.nowMs += stepMs
    for (const event of this.#queue.splice(0)) this.#feed(event)
    const { publishedAt, lineBytesPerMs = Infinity } = this.#options
    this.#publish(publishedAt?.(this.nowMs) ?? this.#publishedCount)
    const busy = [...this.#answers].filter(([, { readyMs }]) => readyMs <= this.nowMs)
    for (const [run, answer] of busy) {
      const ownCount = busy.filter(([, { actor }]) => actor === answer.actor).length
      const rate = Math.min(answer.actor.bytesPerMs / ownCount, lineBytesPerMs / busy.length)
      this.#send(run, answer, rate * stepMs)
    }
    for (const peer of this.#peers.values()) peer.moment(this.nowMs, stepMs)
    this.#endSaves()
    const beingKept = this.#queue.filter(({ type }) => type === 'gained' || type === 'lost')
    this.memoryMax = Math.max(this.memoryMax, this.#saves.length + beingKept.length)
    const deadlineMs = this.planner.deadlineMs
    if (deadlineMs !== undefined && deadlineMs <= this.nowMs + stepMs) this.#feed({ type: 'tick' })
  }

  #endSaves(): void {
    const saves = this.#saves.splice(0).toSorted((a, b) => a.index - b.index)
    for (const save of saves) {
      const isNext = this.#options.isSavedInOrder !== true || this.#left.nextFrom(0) === save.index
      if (save.dueMs > this.nowMs || !isNext) this.#saves.push(save)
      else {
        this.#left.delete(save.index)
        this.#feed({ type: 'saved', index: save.index })
      }
    }
  }

  /** News only: each makes the planner look at all. */
  #publish(chunkCount: number): void {
    if (chunkCount === this.#publishedCount) return
    this.#publishedCount = chunkCount
    this.#feed({ type: 'published', chunkCount })
  }

  #send(run: number, answer: Answer, budgetBytes: number): void {
    let leftBytes = budgetBytes
    const { actor } = answer
    while (leftBytes > 0 && this.#answers.has(run)) {
      if ((this.#sentBy.get(actor.id) ?? 0) >= (actor.silentAfter ?? Infinity)) return
      if (answer.next === answer.end || actor.held?.has(answer.next) === false) {
        this.#answers.delete(run)
        this.#feed({ type: 'end', run })
        return
      }
      const bytes = Math.min(leftBytes, PART_BYTES, SEALED_CHUNK_BYTES_MAX - answer.partBytes)
      leftBytes -= bytes
      answer.partBytes += bytes
      this.#feed({ type: 'bytes', run, bytes })
      if (answer.partBytes < SEALED_CHUNK_BYTES_MAX) continue
      answer.partBytes = 0
      this.#sendChunk(run, answer)
    }
  }

  #sendChunk(run: number, answer: Answer): void {
    const { actor, next: index } = answer
    this.#sentBy.set(actor.id, (this.#sentBy.get(actor.id) ?? 0) + 1)
    answer.next += 1
    const isWrong = this.#options.random() < (actor.lies ?? 0)
    this.#feed({ type: isWrong ? 'corrupt' : 'chunk', run, index })
  }

  #feed(event: FetchEvent): void {
    for (const effect of this.planner.step(event, this.nowMs)) this.#do(effect)
  }

  #do(effect: FetchEffect): void {
    switch (effect.type) {
      case 'request':
        return this.#answer(effect)
      case 'cancel':
        this.#peerRuns.get(effect.run)?.cancel(effect.run)
        this.#answers.delete(effect.run)
        return undefined
      case 'deliver':
        this.delivered.push(effect.index)
        this.#keep(effect.index)
        return this.#save(effect.index)
      case 'keep':
        return this.#keep(effect.index)
      case 'ask-held': {
        const actor = this.#actor(effect.source)
        // A peer has said by then what it does not have.
        if (actor.hidesHoles === true || actor.peer === true) return undefined
        return this.#later({ type: 'held', source: actor.id, held: actor.held })
      }
      case 'ban':
        this.banned.push(effect.source)
        return this.#peers.get(effect.source)?.leaveSoon(this.nowMs)
    }
  }

  #answer({ run, source, first, count }: Extract<FetchEffect, { type: 'request' }>): void {
    this.requestCount += 1
    const peer = this.#peers.get(source)
    if (peer !== undefined) {
      this.#peerRuns.set(run, peer)
      return peer.ask(run, first, this.nowMs)
    }
    const actor = this.#actor(source)
    if (this.#options.random() < (actor.fails ?? 0)) {
      return this.#later({ type: 'fail', run, fault: 'SEED_UNREACHABLE' })
    }
    if (this.#options.random() < (actor.forgets ?? 0)) actor.held?.delete(first)
    const readyMs = this.nowMs + actor.latencyMs
    this.#answers.set(run, { actor, next: first, end: first + count, partBytes: 0, readyMs })
    return undefined
  }

  #keep(index: number): void {
    const store = this.#options.actors.find(({ keepsMax }) => keepsMax !== undefined)
    if (store === undefined) return
    const { id: source, held, keepsMax = 0 } = store
    const isKept = held?.has(index) === true || this.#keptCount < keepsMax
    if (isKept && held?.add(index) === true) this.#keptCount += 1
    this.#later({ type: isKept ? 'gained' : 'lost', source, indexes: [index] })
  }

  #save(index: number): void {
    const { saveMs = 0, isSavedInTurn = false } = this.#options
    const startMs = isSavedInTurn ? (this.#saves.at(-1)?.dueMs ?? this.nowMs) : this.nowMs
    this.#saves.push({ index, dueMs: startMs + saveMs })
  }

  /** Answers never come from inside a step. */
  #later(event: FetchEvent): void {
    this.#queue.push(event)
  }

  #actor(id: string): Actor {
    const actor = this.#options.actors.find((each) => each.id === id)
    if (actor === undefined) throw new Error(`no actor ${id}`)
    return actor
  }
}

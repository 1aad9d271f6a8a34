import { parseShareId } from '../../../protocol/share-id.ts'
import type { FetchEffect, FetchEvent } from '../../../protocol/swarm/fetch-event.ts'
import { FetchPlanner } from '../../../protocol/swarm/fetch-planner.ts'
import { Swarm } from '../../../protocol/swarm/swarm.ts'
import type { SwarmEffect, SwarmEvent } from '../../../protocol/swarm/swarm-event.ts'
import type { Frame } from '../../../protocol/wire/frame.ts'
import { GOOD_SEALED } from './conduct.ts'
import { planOf, type PeerOptions } from './peer-options.ts'
import { faults, PeerWants } from './peer-wants.ts'
import { Saves } from './saves.ts'
import type { SwarmLink } from './swarm-link.ts'
import type { SimulatedSeed } from './simulated-seed.ts'
import type { SwarmWorld } from './swarm-world.ts'

type Entry = Readonly<{ swarm: SwarmEvent } | { fetch: FetchEvent }>

const SHARE_ID = parseShareId('00'.repeat(20))
const SEED_TRAITS = { runChunksMax: 64, runsMax: 4 }

/** The thin shell of a page, in virtual time: the machines are the real ones, bytes and hashes are not. */
export class SimulatedPeer {
  readonly id: string
  readonly node: number
  readonly delayMs: number
  readonly links = new Map<string, SwarmLink>()
  readonly swarm = new Swarm({ shareId: SHARE_ID, dailyBytesMax: undefined })
  readonly planner: FetchPlanner
  readonly options: PeerOptions
  isGone = false
  roomPlace = -1
  startedMs = 0
  completedMs: number | undefined
  peerChunks = 0
  seedChunks = 0
  givenChunks = 0
  readonly #world: SwarmWorld
  readonly #queue: Entry[] = []
  /** Calls that are being answered. */
  readonly #offers = new Map<string, SwarmLink>()
  readonly #wants = new PeerWants()
  readonly #saves: Saves
  readonly #reads = new Map<number, () => void>()
  #isBusy = false
  #timerTick = Infinity
  #swarmDueMs = Infinity
  #fetchDueMs = Infinity

  constructor(world: SwarmWorld, id: string, options: PeerOptions) {
    this.id = id
    this.options = options
    this.#world = world
    this.node = world.net.addNode(options.upPerMs, options.downPerMs)
    this.delayMs = world.draw(5, 50)
    const { chunkCount } = world.options
    this.#saves = new Saves(options.isPage === true, {
      tell: (event) => this.fetch(event),
      hold: (index) => this.feed({ type: 'held', indexes: [index] }),
    })
    this.planner = new FetchPlanner(planOf(options, chunkCount, world.random))
  }

  start(): void {
    const { chunkCount } = this.#world.options
    this.startedMs = this.#world.nowMs
    const { conduct } = this.options
    if (conduct?.hasAll === false) return this.feed({ type: 'complete', chunkCount })
    if (conduct !== undefined) {
      const indexes = Array.from({ length: chunkCount }, (_, index) => index)
      return this.feed({ type: 'held', indexes })
    }
    for (const seed of this.#world.seeds) {
      this.fetch({ type: 'join', source: seed.id, traits: SEED_TRAITS })
      if (this.#world.options.isLive === true) this.#follow(seed)
    }
    this.#saves.start()
    return this.fetch({ type: 'published', chunkCount: this.#world.publishedCount })
  }

  /** Lets its swarm take it, and does what that says. */
  feed(event: SwarmEvent): void {
    this.#enqueue({ swarm: event })
  }

  /** Lets its planner take it, and does what that says. */
  fetch(event: FetchEvent): void {
    this.#enqueue({ fetch: event })
  }

  /** A frame came. */
  take(from: string, frame: Frame): void {
    if (frame.type === 'chunk') this.peerChunks += 1
    this.feed({ type: 'frame', peer: from, frame })
  }

  /** Somebody calls. */
  hear(from: string, link: SwarmLink): void {
    this.#offers.set(from, link)
    this.feed({ type: 'offer', peer: from })
    this.#offers.delete(from)
  }

  /** The other end closed the connection. */
  lose(link: SwarmLink, id: string): void {
    if (this.links.get(id) !== link) return
    this.links.delete(id)
    this.feed({ type: 'close', peer: id })
  }

  /** Goes away. @param noticeMs - Until the others see it. */
  leave(noticeMs: number): void {
    if (noticeMs === 0) this.feed({ type: 'stop', reason: 'stopping' })
    for (const link of this.links.values()) link.close(this, noticeMs)
    for (const stop of this.#reads.values()) stop()
    this.#world.remove(this)
  }

  /** What is published, and what the seed has of it, is heard of as it changes. */
  #follow(seed: SimulatedSeed): void {
    seed.watch(this.delayMs, (held, chunkCount) => {
      this.fetch({ type: 'published', chunkCount })
      this.fetch({ type: 'held', source: seed.id, held })
    })
  }

  setTimer(): void {
    if (this.isGone) return
    this.#swarmDueMs = this.swarm.deadlineMs ?? Infinity
    this.#fetchDueMs = this.planner.deadlineMs ?? Infinity
    const dueMs = Math.min(this.#swarmDueMs, this.#fetchDueMs)
    const { wheel } = this.#world
    const tick = Math.max(wheel.tick + 1, Math.ceil(dueMs / wheel.tickMs))
    if (tick >= this.#timerTick || tick === Infinity) return
    this.#timerTick = tick
    wheel.atTick(tick, () => {
      if (this.#timerTick !== tick) return
      this.#timerTick = Infinity
      this.#ring()
    })
  }

  #ring(): void {
    const { nowMs } = this.#world
    if (nowMs >= this.#swarmDueMs) this.feed({ type: 'tick' })
    if (nowMs >= this.#fetchDueMs) this.fetch({ type: 'tick' })
    this.#world.touch(this)
  }

  #enqueue(entry: Entry): void {
    if (this.isGone) return
    this.#queue.push(entry)
    if (this.#isBusy) return
    this.#isBusy = true
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
      const { nowMs } = this.#world
      if ('swarm' in next) {
        for (const effect of this.swarm.step(next.swarm, nowMs)) this.#doSwarm(effect)
      } else for (const effect of this.planner.step(next.fetch, nowMs)) this.#doFetch(effect)
    }
    this.#isBusy = false
    this.#world.touch(this)
  }

  #doSwarm(effect: SwarmEffect): void {
    switch (effect.type) {
      case 'connect':
        return this.#world.connect(this, effect.peer)
      case 'accept':
        return this.#accept(effect.peer)
      case 'disconnect':
        return this.#disconnect(effect.peer)
      case 'find':
        return this.#world.find(this)
      case 'send':
        return this.links.get(effect.peer)?.send(this, effect.frame)
      case 'join':
        this.fetch({ type: 'join', source: effect.peer, traits: effect.traits })
        return this.fetch({ type: 'held', source: effect.peer, held: effect.held })
      case 'leave':
        return this.fetch({ type: 'leave', source: effect.peer })
      case 'slot':
        return this.fetch({ type: 'slot', source: effect.peer, isOpen: effect.isOpen })
      case 'gained':
      case 'lost':
        return this.fetch({ type: effect.type, source: effect.peer, indexes: effect.indexes })
      case 'deliver':
        return this.#check(effect)
      case 'release':
        return this.#release(effect)
      case 'serve':
        this.givenChunks += 1
        return this.#serve(effect)
      default:
        return undefined
    }
  }

  #accept(id: string): void {
    const link = this.#offers.get(id)
    if (link === undefined) return
    this.links.set(id, link)
    link.shakeHands()
  }

  #disconnect(id: string): void {
    const link = this.links.get(id)
    this.links.delete(id)
    link?.close(this, 0)
  }

  #serve({ peer, index }: { peer: string; index: number }): void {
    const { conduct } = this.options
    if (conduct !== undefined) return conduct.serve(this, peer, index)
    return this.feed({ type: 'read', peer, index, sealed: GOOD_SEALED })
  }

  #check({ peer, index, sealed }: Extract<SwarmEffect, { type: 'deliver' }>): void {
    const isGood = sealed === GOOD_SEALED
    const run = this.#wants.settle({ peer, index })
    if (run !== undefined) this.fetch({ type: isGood ? 'chunk' : 'corrupt', run, index })
    this.feed({ type: 'verdict', peer, index, isGood })
  }

  #release({ peer, index, reason }: Extract<SwarmEffect, { type: 'release' }>): void {
    const run = this.#wants.settle({ peer, index })
    if (run !== undefined) this.fetch({ type: 'fail', run, fault: faults[reason] })
  }

  #doFetch(effect: FetchEffect): void {
    switch (effect.type) {
      case 'request':
        return this.#request(effect)
      case 'cancel':
        return this.#cancel(effect.run)
      case 'keep':
        return this.#saves.keep(effect.index)
      case 'deliver':
        this.#saves.take(effect.index)
        return this.#finish()
      default:
        return undefined
    }
  }

  #request(request: Extract<FetchEffect, { type: 'request' }>): void {
    if (this.#saves.answer(request)) return undefined
    const { run, source, first, count } = request
    const seed = this.#world.seeds.find(({ id }) => id === source)
    if (seed === undefined) {
      this.#wants.add(run, { peer: source, index: first })
      return this.feed({ type: 'want', peer: source, index: first })
    }
    const stop = seed.read(first, count, {
      node: this.node,
      delayMs: this.delayMs,
      bytes: (bytes) => this.fetch({ type: 'bytes', run, bytes }),
      chunk: (index) => {
        this.seedChunks += 1
        this.fetch({ type: 'chunk', run, index })
      },
      end: () => this.#endRead(run, { type: 'end', run }),
      refuse: () => this.#endRead(run, { type: 'fail', run, fault: 'TOO_MANY_REQUESTS' }),
    })
    this.#reads.set(run, stop)
    return undefined
  }

  #endRead(run: number, event: FetchEvent): void {
    this.#reads.delete(run)
    this.fetch(event)
  }

  #cancel(run: number): void {
    this.#reads.get(run)?.()
    this.#reads.delete(run)
    const want = this.#wants.cancel(run)
    if (want !== undefined) this.feed({ type: 'unwant', ...want })
  }

  #finish(): void {
    const { chunkCount } = this.#world.options
    if (this.#saves.count < chunkCount) return
    this.completedMs = this.#world.nowMs
    this.feed({ type: 'complete', chunkCount })
  }
}

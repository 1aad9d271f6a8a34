import { createRandom } from '../../random.ts'
import { FluidNet } from './fluid-net.ts'
import type { PeerOptions } from './peer-options.ts'
import { SimulatedPeer } from './simulated-peer.ts'
import { SimulatedSeed } from './simulated-seed.ts'
import { SwarmLink } from './swarm-link.ts'
import { TickWheel } from './tick-wheel.ts'
import { Traffic } from './traffic.ts'

export type WorldOptions = Readonly<{
  number: number
  chunkCount: number
  seedCount: number
  seedUpPerMs: number
  /** Answers that a seed gives at a time: whoever comes then is told to come back. */
  seedReadsMax: number
  /** Of the frames that are no chunks: they are lost once, and what was sent later overtakes them. None, if undefined. */
  lateShare?: number
  /** The seeds have nothing yet: somebody is to send it. */
  isLive?: boolean
}>

const TICK_MS = 10
/** To the signal server and back, and through it to another. */
const SIGNAL_MS = 100
const PEERS_AN_ANSWER = 8
/** Until what was lost is sent once more. */
const LATE_MS = 1000

/** A share, its seeds and all who want it, in virtual time. The same number gives the same story. */
export class SwarmWorld {
  readonly options: WorldOptions
  readonly wheel = new TickWheel(TICK_MS)
  readonly net = new FluidNet()
  readonly traffic = new Traffic()
  readonly random: () => number
  readonly seeds: SimulatedSeed[] = []
  readonly peers: SimulatedPeer[] = []
  /** Chunks up to here are known to exist. */
  publishedCount = 0
  readonly #byId = new Map<string, SimulatedPeer>()
  readonly #room: SimulatedPeer[] = []
  #touched = new Set<SimulatedPeer>()

  constructor(options: WorldOptions) {
    this.options = options
    this.random = createRandom(options.number)
    for (let i = 0; i < options.seedCount; i += 1) {
      this.seeds.push(new SimulatedSeed(this, `seed ${i}`))
    }
    if (options.isLive !== true) this.#fillSeeds()
  }

  #fillSeeds(): void {
    const { chunkCount } = this.options
    this.publishedCount = chunkCount
    for (const seed of this.seeds) seed.hold(0, chunkCount)
  }

  get nowMs(): number {
    return this.wheel.nowMs
  }

  draw(from: number, to: number): number {
    return from + this.random() * (to - from)
  }

  /** How much later than at once a frame comes. */
  lateMs(): number {
    const { lateShare = 0 } = this.options
    return lateShare > 0 && this.random() < lateShare ? LATE_MS : 0
  }

  /** Comes after so long. */
  add(options: PeerOptions, afterMs: number): SimulatedPeer {
    const peer = new SimulatedPeer(this, `p${this.peers.length}`, options)
    this.peers.push(peer)
    this.#byId.set(peer.id, peer)
    this.wheel.after(afterMs, () => {
      peer.start()
      if (options.conduct?.isClosed === true) peer.feed({ type: 'serving', isOn: false })
      this.wheel.after(SIGNAL_MS, () => {
        if (peer.isGone || options.isAlone === true) return
        peer.feed({ type: 'room', self: peer.id })
        peer.feed({ type: 'members', members: this.#sample(peer) })
        peer.roomPlace = this.#room.push(peer) - 1
      })
    })
    return peer
  }

  /** Goes without a word, or says goodbye. */
  remove(peer: SimulatedPeer): void {
    peer.isGone = true
    if (peer.roomPlace < 0) return
    const last = this.#room.pop()
    if (last === undefined || last === peer) return
    this.#room[peer.roomPlace] = last
    last.roomPlace = peer.roomPlace
  }

  find(peer: SimulatedPeer): void {
    this.wheel.after(SIGNAL_MS, () => peer.feed({ type: 'members', members: this.#sample(peer) }))
  }

  connect(caller: SimulatedPeer, id: string): void {
    const callee = this.#byId.get(id)
    if (callee === undefined) return
    const link = new SwarmLink(this, caller, callee)
    caller.links.set(id, link)
    this.wheel.after(SIGNAL_MS, () => {
      if (link.isClosed) return
      if (callee.isGone) caller.feed({ type: 'unreachable', peer: id })
      else callee.hear(caller.id, link)
    })
  }

  /** Its deadlines may have changed. */
  touch(peer: SimulatedPeer): void {
    this.#touched.add(peer)
  }

  /** Lets time pass until it is so, or so late. */
  run(untilMs: number, isDone: () => boolean = () => false): void {
    while (this.nowMs < untilMs && !isDone()) {
      this.net.pass(TICK_MS)
      this.wheel.turn()
      const touched = this.#touched
      this.#touched = new Set()
      for (const peer of touched) peer.setTimer()
    }
  }

  /** Lets time pass until all of them have it, or so late. */
  runUntilComplete(peers: readonly SimulatedPeer[], untilMs: number): void {
    let doneCount = 0
    this.run(untilMs, () => {
      while (peers[doneCount]?.completedMs !== undefined) doneCount += 1
      return doneCount === peers.length
    })
  }

  /** Of what came to these, all of whom have it: how much peers brought, and how much was here already. */
  sharesOf(finished: readonly SimulatedPeer[]): { peerShare: number; duplicateShare: number } {
    let [fromPeers, fromSeeds] = [0, 0]
    for (const { peerChunks, seedChunks } of finished) {
      fromPeers += peerChunks
      fromSeeds += seedChunks
    }
    const came = fromPeers + fromSeeds
    const needed = finished.length * this.options.chunkCount
    return { peerShare: fromPeers / came, duplicateShare: came / needed - 1 }
  }

  #sample(peer: SimulatedPeer): string[] {
    const ids = new Set<string>()
    for (let i = 0; i < 2 * PEERS_AN_ANSWER && ids.size < PEERS_AN_ANSWER; i += 1) {
      const other = this.#room[Math.floor(this.random() * this.#room.length)]
      if (other !== undefined && other !== peer) ids.add(other.id)
    }
    return [...ids]
  }
}

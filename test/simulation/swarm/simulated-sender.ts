import { Dealer, type DealerEffect, type DealerEvent } from '../../../client/engine/send/dealer.ts'
import { EXTENT_CHUNKS, SEALED_CHUNK_BYTES_MAX } from '../../../protocol/limits.ts'
import { parseSeedId } from '../../../protocol/seed-id.ts'
import { mayGive } from '../../../protocol/swarm/sender-line.ts'
import { sending } from './conduct.ts'
import type { SimulatedPeer } from './simulated-peer.ts'
import type { SimulatedSeed } from './simulated-seed.ts'
import type { SwarmWorld } from './swarm-world.ts'

/** Reading, sealing and hashing an extent takes a page so long. */
/** A sender looks so often whether peers get something. */
const LOOK_MS = 250
const SEAL_MS = 50
/** A seed looks so often at what its co-custodian has. */
const PULL_MS = 250

/** The sender's page while it uploads: deals extents to the seeds, and is a peer of whoever is there. */
export class SimulatedSender {
  readonly peer: SimulatedPeer
  /** Chunks of bodies that left for seeds. */
  uploadedChunks = 0
  /** Of them, those that were acknowledged. */
  storedChunks = 0
  /** When the last body was acknowledged. */
  storedMs: number | undefined
  readonly #world: SwarmWorld
  readonly #dealer: Dealer
  readonly #seeds: ReadonlyMap<string, SimulatedSeed>
  readonly #sealed = new Set<number>()

  constructor(world: SwarmWorld, line: Readonly<{ upPerMs: number; downPerMs: number }>) {
    this.#world = world
    this.#dealer = new Dealer(world.options.chunkCount)
    this.#seeds = new Map(world.seeds.map((seed, i) => [seedIdOf(i), seed]))
    this.peer = world.add({ ...line, conduct: sending }, 0)
  }

  start(): void {
    const seedIds = [...this.#seeds.keys()].map(parseSeedId)
    const bitmap = new Uint8Array(Math.ceil(this.#world.options.chunkCount / 8))
    for (const seedId of seedIds) this.#deal({ type: 'up', seedId, publishedChunks: 0, bitmap })
    this.#deal({ type: 'custodians', seedIds, ranked: seedIds, listed: seedIds })
    this.#look()
  }

  #deal(event: DealerEvent): void {
    for (const effect of this.#dealer.step(event, this.#world.nowMs)) this.#do(effect)
  }

  #look(): void {
    const { chunkCount } = this.#world.options
    const storedShare = this.storedChunks / chunkCount
    const givenShare = this.peer.givenChunks / chunkCount
    const isOn = mayGive({ storedShare, givenShare, isStalled: false })
    this.peer.feed({ type: 'serving', isOn })
    this.#world.wheel.after(LOOK_MS, () => this.#look())
  }

  #do(effect: DealerEffect): void {
    if (effect.type === 'upload') this.#upload(effect)
    if (effect.type !== 'seal') return
    const { extent } = effect
    this.#world.wheel.after(SEAL_MS, () => {
      this.#sealed.add(extent)
      this.#publish()
      this.#deal({ type: 'sealed', extent })
    })
  }

  /** A checkpoint covers all extents up to the first that is not sealed. */
  #publish(): void {
    const { chunkCount } = this.#world.options
    const first = this.#world.publishedCount
    let extent = Math.floor(first / EXTENT_CHUNKS)
    while (this.#sealed.has(extent)) extent += 1
    const end = Math.min(chunkCount, extent * EXTENT_CHUNKS)
    this.#world.publishedCount = end
    const indexes = Array.from({ length: end - first }, (_, i) => first + i)
    this.peer.feed({ type: 'held', indexes })
    for (const [id, seed] of this.#seeds) {
      this.#world.wheel.after(this.#wayMs(seed), () => {
        seed.tellWatchers()
        const seedId = parseSeedId(id)
        this.#world.wheel.after(this.#wayMs(seed), () => {
          this.#deal({ type: 'published', seedId, chunkCount: end })
        })
      })
    }
  }

  #upload({ seedId, upload }: Extract<DealerEffect, { type: 'upload' }>): void {
    const seed = this.#seeds.get(seedId)
    if (seed === undefined) return
    const { net, wheel } = this.#world
    const startedMs = this.#world.nowMs
    const flow = net.createFlow(this.peer.node, seed.node)
    this.uploadedChunks += upload.count
    net.send(flow, upload.count * SEALED_CHUNK_BYTES_MAX, () => {
      wheel.after(this.#wayMs(seed), () => {
        this.#store(seed, upload)
        wheel.after(this.#wayMs(seed), () => {
          this.storedChunks += upload.count
          this.storedMs = this.#world.nowMs
          const tookMs = this.#world.nowMs - startedMs
          this.#deal({ type: 'uploaded', seedId, upload, tookMs })
        })
      })
    })
  }

  /** The other custodians pull it. */
  #store(seed: SimulatedSeed, { first, count }: Readonly<{ first: number; count: number }>): void {
    const { net, wheel, seeds } = this.#world
    seed.hold(first, first + count)
    for (const other of seeds) {
      if (other === seed) continue
      const wayMs = seed.delayMs + other.delayMs
      wheel.after(PULL_MS + 2 * wayMs, () => {
        const flow = net.createFlow(seed.node, other.node)
        net.send(flow, count * SEALED_CHUNK_BYTES_MAX, () => {
          wheel.after(wayMs, () => other.hold(first, first + count))
        })
      })
    }
  }

  #wayMs(seed: SimulatedSeed): number {
    return this.peer.delayMs + seed.delayMs
  }
}

function seedIdOf(i: number): string {
  return String(i).padStart(64, '0')
}

import type { Policy } from '../../protocol/placement.ts'
import type { ShareId } from '../../protocol/share-id.ts'
import { makeShareId } from '../protocol/placement-network.ts'
import type { SimulatedCheckpoint } from './simulated-copy.ts'
import type { SimulatedNetwork } from './simulated-network.ts'

const CHECKPOINT_CHUNKS = 16
const STEP_MS = 2000
const LIFE_MS = 30 * 24 * 3_600_000

/** Somebody who sends one share, waits until it is stored, and may extend or delete it. */
export class SimulatedOwner {
  readonly shareId: ShareId
  readonly policy: Policy
  readonly #network: SimulatedNetwork
  readonly #chunkCount: number
  #seq = 0
  #published = 0
  isStored = false
  /** Every custodian has signed the deletion. */
  isDeleted = false

  constructor(network: SimulatedNetwork, number: number) {
    const { random } = network
    const replicas = random() < 0.3 ? 3 : 2
    this.#network = network
    this.#chunkCount = 1 + Math.floor(random() * 60)
    this.shareId = makeShareId(number)
    this.policy = { replicas, jurisdictions: 2, denied: [] }
  }

  get seq(): number {
    return this.#seq
  }

  /** Publishes the next extent, deals it to one custodian, and goes on until all is stored. */
  send(): void {
    const custodians = this.#network.custodians(this.shareId, this.policy)
    const first = this.#published
    const end = Math.min(first + CHECKPOINT_CHUNKS, this.#chunkCount)
    const chunks = Array.from({ length: end - first }, (_, i) => first + i)
    const isSealed = end === this.#chunkCount
    if (custodians.length > 0) {
      const checkpoint = this.#sign(isSealed ? 'sealed' : 'open', end)
      const dealt = Math.floor(this.#network.random() * custodians.length)
      for (const [i, seed] of custodians.entries()) {
        seed.receive(this.shareId, this.policy, { checkpoint, chunks: i === dealt ? chunks : [] })
      }
      this.#published = end
    }
    const isDone = isSealed && custodians.length > 0
    this.#network.time.after(STEP_MS, () => (isDone ? this.#await() : this.send()))
  }

  /** A new checkpoint over the same content reaches one custodian only. */
  extend(): void {
    const [seed] = this.#network.custodians(this.shareId, this.policy)
    const checkpoint = this.#sign('sealed', this.#chunkCount)
    seed?.receive(this.shareId, this.policy, { checkpoint })
    if (seed === undefined) this.#seq -= 1
  }

  /** Tells every custodian that answers, until each has said that it deleted the share. */
  delete(): void {
    const deletion =
      this.#network.deletionOf(this.shareId) ?? this.#network.delete(this.shareId, this.#seq + 1)
    const custodians = this.#network.custodians(this.shareId, this.policy)
    for (const seed of custodians) {
      seed.receive(this.shareId, this.policy, { checkpoint: deletion })
    }
    this.isDeleted = custodians.length >= this.policy.replicas
    if (!this.isDeleted) this.#network.time.after(STEP_MS * 30, () => this.delete())
  }

  #await(): void {
    this.isStored = this.#network.isStored(this.shareId, this.policy)
    if (!this.isStored) this.#network.time.after(STEP_MS, () => this.#await())
  }

  #sign(state: 'open' | 'sealed', chunkCount: number): SimulatedCheckpoint {
    this.#seq += 1
    const issuedAtMs = this.#network.time.nowMs
    return { seq: this.#seq, state, chunkCount, issuedAtMs, expiresAtMs: issuedAtMs + LIFE_MS }
  }
}

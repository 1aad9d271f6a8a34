import { custodyTiming, type CustodyTiming } from '../../protocol/custody/custody-timing.ts'
import { createRandom } from '../random.ts'
import { SimulatedNetwork } from './simulated-network.ts'
import { SimulatedOwner } from './simulated-owner.ts'
import type { SimulatedSeed } from './simulated-seed.ts'
import { VirtualTime } from './virtual-time.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const START_MS = Date.UTC(2026, 0, 1)
const FAULTS = 10
const SHARES_MAX = 16
// Long enough to notice a fault (10 minutes until a seed is gone), and to make it good.
const REPAIR_MS = 45 * MINUTE_MS

const timing: CustodyTiming = {
  ...custodyTiming,
  probeMs: 3 * MINUTE_MS,
  checkMaxMs: 30 * MINUTE_MS,
  auditMs: HOUR_MS,
}

// With days of patience the custodians would be in order whatever the proofs say: most stories have none.
const lettingGoMs = [MINUTE_MS, MINUTE_MS, 2 * HOUR_MS]

/** One network and what befalls it: one misfortune at a time, each with the time to repair it. */
export class SimulatedStory {
  readonly time = new VirtualTime(START_MS)
  readonly random: () => number
  readonly network: SimulatedNetwork
  readonly owners: SimulatedOwner[] = []
  readonly #lost = new Set<SimulatedSeed>()

  constructor(seed: number) {
    this.random = createRandom(seed)
    const { time, random } = this
    const seedCount = 5 + Math.floor(random() * 4)
    const patienceMs = lettingGoMs[Math.floor(random() * lettingGoMs.length)] ?? HOUR_MS
    const patient = { ...timing, lettingGoMs: patienceMs }
    this.network = new SimulatedNetwork({ time, random, timing: patient, seedCount })
    for (const simulated of this.network.seeds) simulated.start()
  }

  tell(): void {
    for (let i = 0; i < FAULTS; i += 1) {
      this.#ownersAct()
      const recover = this.#befall()
      this.#pass((0.2 + this.random() * 2) * HOUR_MS)
      recover()
      this.#pass(REPAIR_MS)
      this.#check('after repair', (owner) => this.network.isStored(owner.shareId, owner.policy))
    }
    this.#pass(4 * HOUR_MS + REPAIR_MS)
  }

  /** Time passes, and at no moment is a stored share without a whole copy. */
  #pass(ms: number): void {
    for (let passed = 0; passed < ms; passed += MINUTE_MS) {
      this.time.run(MINUTE_MS)
      this.#check('at any time', ({ shareId }) => this.network.copies(shareId) > 0)
    }
  }

  #check(when: string, isKept: (owner: SimulatedOwner) => boolean): void {
    for (const owner of this.owners) {
      const isDeleted = this.network.deletionOf(owner.shareId) !== undefined
      if (!owner.isStored || isDeleted || isKept(owner)) continue
      const day = new Date(this.time.nowMs).toISOString()
      this.network.broken.push(`${day}: ${owner.shareId} is not stored ${when}`)
    }
  }

  #ownersAct(): void {
    for (const owner of this.owners) {
      if (!owner.isStored || this.network.deletionOf(owner.shareId) !== undefined) continue
      const lot = this.random()
      // While a fault may be under way: that is when a deletion is missed.
      const delayMs = this.random() * HOUR_MS
      if (lot < 0.04) this.time.after(delayMs, () => owner.delete())
      else if (lot < 0.3) this.time.after(delayMs, () => this.#extend(owner))
    }
    while (this.owners.length < SHARES_MAX && this.random() < 0.7) {
      const owner = new SimulatedOwner(this.network, this.owners.length)
      this.owners.push(owner)
      this.time.after(this.random() * HOUR_MS, () => owner.send())
    }
  }

  #extend(owner: SimulatedOwner): void {
    if (this.network.deletionOf(owner.shareId) === undefined) owner.extend()
  }

  /** @returns Ends what has befallen, as far as that can be ended. */
  #befall(): () => void {
    const { network, random } = this
    const here = network.seeds.filter((seed) => !this.#lost.has(seed))
    const seed = here[Math.floor(random() * here.length)]
    if (seed === undefined) return () => undefined
    const lot = random()
    if (lot < 0.3) {
      seed.crash()
      return () => seed.start()
    }
    if (lot < 0.5) {
      seed.crash()
      this.#empty(seed)
      return () => seed.start()
    }
    if (lot < 0.6) {
      // The emptied one is back at once: nobody may have missed it.
      seed.crash()
      this.#empty(seed)
      seed.start()
      return () => undefined
    }
    if (lot < 0.8) {
      network.cutOff(new Set(here.filter(() => random() < 0.3).map(({ id }) => id)))
      return () => network.cutOff(new Set())
    }
    if (lot < 0.85) {
      seed.isFull = true
      return () => {
        seed.isFull = false
      }
    }
    if (lot < 0.93 || here.length < 5) {
      seed.isDraining = !seed.isDraining && this.#openCount() > 4
      return () => undefined
    }
    seed.crash()
    this.#empty(seed)
    this.#lost.add(seed)
    return () => undefined
  }

  #empty(seed: SimulatedSeed): void {
    seed.empty()
    this.network.emptiedAtMs = this.time.nowMs
  }

  #openCount(): number {
    return this.network.seeds.filter((seed) => !this.#lost.has(seed) && !seed.isDraining).length
  }

  /** Shares whose copies differ from what the owner said last. */
  disagreements(): string[] {
    const here = this.network.seeds.filter((seed) => !this.#lost.has(seed))
    return this.owners.flatMap((owner) => {
      const deletion = this.network.deletionOf(owner.shareId)
      return here.flatMap(({ disk }) => {
        const checkpoint = disk.get(owner.shareId)?.checkpoint
        if (checkpoint === undefined || !(owner.isStored || owner.isDeleted)) return []
        const isLast =
          deletion === undefined ? checkpoint.seq === owner.seq : checkpoint === deletion
        return isLast ? [] : [`${owner.shareId}: ${checkpoint.state} ${checkpoint.seq}`]
      })
    })
  }
}

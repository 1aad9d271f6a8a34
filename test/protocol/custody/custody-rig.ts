import type {
  CustodyEffect,
  CustodyEvent,
  JobAnswer,
} from '../../../protocol/custody/custody-event.ts'
import type { CustodyJob } from '../../../protocol/custody/custody-job.ts'
import { CustodyMachine, type KeptCustody } from '../../../protocol/custody/custody-machine.ts'
import { custodyTiming, type CustodyTiming } from '../../../protocol/custody/custody-timing.ts'
import type { Hello } from '../../../protocol/custody/presence.ts'
import type { ShareFacts } from '../../../protocol/custody/share-facts.ts'
import { DIRECTORY_LIFE_MS } from '../../../protocol/limits.ts'
import { custodiansOf } from '../../../protocol/placement.ts'
import type { Directory, Seed } from '../../../protocol/record/directory.ts'
import type { SeedId } from '../../../protocol/seed-id.ts'
import type { ShareId } from '../../../protocol/share-id.ts'
import { createRandom } from '../../random.ts'
import { VirtualTime } from '../../simulation/virtual-time.ts'
import { makeSeed, makeShareId } from '../placement-network.ts'
import { NOW_MS } from '../owner.ts'

export const SECOND_MS = 1000
export const HOUR_MS = 3_600_000
export const DAY_MS = 24 * HOUR_MS
const policy = { replicas: 2, jurisdictions: 2, denied: [] }

const countries = ['NZ', 'DE', 'IS', 'CH']
const LATENCY_MS = 20

/** For stories of many days, which need not be told second by second. */
export const slowTiming: Partial<CustodyTiming> = { probeMs: HOUR_MS / 4 }

/** A share that came here long ago and is whole, unless said otherwise. */
export function facts(changes: Partial<ShareFacts> = {}): ShareFacts {
  return {
    policy,
    state: 'sealed',
    seq: 5,
    chunkCount: 100,
    heldCount: 100,
    isIndexHeld: true,
    isVerified: true,
    issuedAtMs: NOW_MS - DAY_MS,
    changedAtMs: NOW_MS - DAY_MS,
    servedUntilMs: NOW_MS + 100 * DAY_MS,
    ...changes,
  }
}

export type RigOptions = Readonly<{
  seedCount?: number
  timing?: Partial<CustodyTiming>
  random?: number
  kept?: KeptCustody
}>

/** One custody machine in virtual time. What the other seeds say is for the test to decide. */
export class CustodyRig {
  readonly time = new VirtualTime(NOW_MS)
  readonly seeds: readonly Seed[]
  readonly self: Seed
  /** Every effect, with when it came. */
  readonly done: { effect: CustodyEffect; atMs: number }[] = []
  /** By default, every other seed has everything of every share. */
  answer: (job: CustodyJob) => JobAnswer = wholeAnswer
  /** Jobs that are never answered. */
  isLost: (job: CustodyJob) => boolean = () => false
  hello: (seedId: SeedId) => Hello | undefined = () => ({ instance: 'first', skewMs: 0 })
  /** How far the clock here is off. */
  skewMs = 0
  readonly machine: CustodyMachine
  #version = 0
  #stopTick: () => void = () => undefined

  constructor({ seedCount = 4, timing, random = 1, kept }: RigOptions = {}) {
    this.seeds = Array.from({ length: seedCount }, (_, i) =>
      makeSeed(i, { jurisdiction: countries[i % countries.length] ?? 'NZ' }),
    )
    const [self] = this.seeds
    if (self === undefined) throw new Error('a rig without seeds')
    this.self = self
    this.machine = new CustodyMachine({
      self: self.id,
      timing: { ...custodyTiming, ...timing },
      random: createRandom(random),
      kept,
    })
  }

  get nowMs(): number {
    return this.time.nowMs + this.skewMs
  }

  /** Jobs of a type so far. */
  jobs<Type extends CustodyJob['type']>(type: Type): Extract<CustodyJob, { type: Type }>[] {
    return this.done.flatMap(({ effect }) =>
      effect.type === 'job' && isOfType(effect.job, type) ? [effect.job] : [],
    )
  }

  effects(type: CustodyEffect['type']): CustodyEffect[] {
    return this.done.map(({ effect }) => effect).filter((effect) => effect.type === type)
  }

  /** A share that this seed is to keep, or is not to keep, numbered from `from` on. */
  share(isOurs: boolean, from = 0): ShareId {
    for (let i = from; ; i += 1) {
      const id = makeShareId(i)
      if (this.custodians(id).some((seed) => seed.id === this.self.id) === isOurs) return id
    }
  }

  custodians(id: ShareId): Seed[] {
    return custodiansOf(id, policy, this.seeds)
  }

  /** The other custodians of a share. */
  others(id: ShareId): SeedId[] {
    return this.custodians(id)
      .map((seed) => seed.id)
      .filter((seedId) => seedId !== this.self.id)
  }

  publish(changes: Partial<Directory> = {}): void {
    this.#version += 1
    const issuedAtMs = changes.issuedAtMs ?? this.time.nowMs
    const endsAtMs = issuedAtMs + DIRECTORY_LIFE_MS
    const { seeds } = this
    const directory = { version: this.#version, issuedAtMs, endsAtMs, seeds, ...changes }
    this.step({ type: 'directory', directory })
  }

  put(shareId: ShareId, changes: Partial<ShareFacts> = {}): void {
    this.step({ type: 'share', shareId, facts: facts(changes) })
  }

  /** Lets time pass. With `renewMs`, a new directory comes so often. */
  run(ms: number, renewMs?: number): void {
    if (renewMs === undefined) return this.time.run(ms)
    for (let passed = 0; passed < ms; passed += renewMs) {
      this.publish()
      this.time.run(Math.min(renewMs, ms - passed))
    }
    return undefined
  }

  step(event: CustodyEvent): void {
    for (const effect of this.machine.step(event, this.nowMs)) {
      this.done.push({ effect, atMs: this.time.nowMs })
      this.#answer(effect)
    }
    this.#stopTick()
    const dueMs = this.machine.deadlineMs(this.nowMs)
    if (dueMs === undefined) return
    const pauseMs = Math.max(1, dueMs - this.nowMs)
    this.#stopTick = this.time.after(pauseMs, () => this.step({ type: 'tick' }))
  }

  #answer(effect: CustodyEffect): void {
    if (effect.type === 'probe') {
      const { seedId } = effect
      this.time.after(LATENCY_MS, () =>
        this.step({ type: 'probed', seedId, hello: this.hello(seedId) }),
      )
    }
    if (effect.type === 'letGo') this.step({ type: 'removed', shareId: effect.shareId })
    if (effect.type !== 'job' || this.isLost(effect.job)) return
    const { job } = effect
    this.time.after(LATENCY_MS, () =>
      this.step({ type: 'answered', job, answer: this.answer(job) }),
    )
  }
}

/** What an honest seed answers that has everything at the checkpoint of `facts`. */
export function wholeAnswer(job: CustodyJob): JobAnswer {
  switch (job.type) {
    case 'look':
      return holds(100)
    case 'take':
    case 'tell':
      return { type: 'done' }
    case 'fill':
      return { type: 'filled', isWhole: true, liars: [] }
    case 'audit':
      return { type: 'audited', seq: 5, goodCount: job.chunks.length, badCount: 0 }
  }
}

export function holds(heldCount: number, seq = 5): JobAnswer {
  return { type: 'reported', report: { type: 'holds', seq, chunkCount: 100, heldCount } }
}

export const isMissing: JobAnswer = { type: 'reported', report: { type: 'missing' } }

function isOfType<Type extends CustodyJob['type']>(
  job: CustodyJob,
  type: Type,
): job is Extract<CustodyJob, { type: Type }> {
  return job.type === type
}

import { encodeUtf8 } from '../../protocol/bytes.ts'
import type {
  CustodyEffect,
  CustodyEvent,
  JobAnswer,
} from '../../protocol/custody/custody-event.ts'
import type { CustodyJob } from '../../protocol/custody/custody-job.ts'
import { CustodyMachine, type KeptCustody } from '../../protocol/custody/custody-machine.ts'
import type { CustodyTiming } from '../../protocol/custody/custody-timing.ts'
import type { Seed } from '../../protocol/record/directory.ts'
import type { SeedId } from '../../protocol/seed-id.ts'
import type { ShareId } from '../../protocol/share-id.ts'
import {
  accept,
  auditOf,
  factsOf,
  isWhole,
  reportOf,
  type SimulatedCheckpoint,
  type SimulatedCopy,
} from './simulated-copy.ts'
import type { SimulatedNetwork } from './simulated-network.ts'

const FILL_STEP_MS = 200
const FILL_STEP_CHUNKS = 16

/** A seed with its disk, and the same custody machine that a real seed runs. */
export class SimulatedSeed {
  readonly seed: Seed
  readonly disk = new Map<ShareId, SimulatedCopy>()
  /** Its clock is so far ahead. */
  readonly skewMs: number
  isDraining = false
  /** It takes no share that it does not hold. */
  isFull = false
  readonly #network: SimulatedNetwork
  readonly #timing: CustodyTiming
  #machine: CustodyMachine | undefined
  #kept: KeptCustody | undefined
  #starts = 0
  #stopTick: () => void = () => undefined

  constructor(
    network: SimulatedNetwork,
    { seed, skewMs, timing }: { seed: Seed; skewMs: number; timing: CustodyTiming },
  ) {
    this.#network = network
    this.seed = seed
    this.skewMs = skewMs
    this.#timing = timing
  }

  get id(): SeedId {
    return this.seed.id
  }

  get isUp(): boolean {
    return this.#machine !== undefined
  }

  /** Drawn at each start, as a real one draws it. */
  get instance(): string {
    return `${this.#starts}`
  }

  get nowMs(): number {
    return this.#network.time.nowMs + this.skewMs
  }

  start(): void {
    this.#starts += 1
    const { random } = this.#network
    this.#machine = new CustodyMachine({
      self: this.id,
      timing: this.#timing,
      random,
      kept: this.#kept,
    })
    this.learn()
    for (const shareId of this.disk.keys()) this.#tellMachine(shareId)
  }

  /** The process ends; what is on disk stays. */
  crash(): void {
    this.#kept = this.#machine?.keep(this.nowMs)
    this.#machine = undefined
    this.#stopTick()
  }

  empty(): void {
    this.disk.clear()
    this.#kept = undefined
  }

  /** Reads the directory of the network. */
  learn(): void {
    this.#step({ type: 'directory', directory: this.#network.directory })
  }

  /** Somebody hands over a share, its checkpoint, or some of its chunks. */
  receive(
    shareId: ShareId,
    policy: SimulatedCopy['policy'],
    {
      checkpoint,
      chunks = [],
    }: { checkpoint?: SimulatedCheckpoint | undefined; chunks?: readonly number[] },
  ): void {
    const before = this.disk.get(shareId)
    const copy = before ?? {
      policy,
      checkpoint: undefined,
      changedAtMs: this.nowMs,
      held: new Set<number>(),
    }
    this.disk.set(shareId, copy)
    accept(copy, checkpoint, this.nowMs)
    if (copy.checkpoint !== undefined && copy.checkpoint.state !== 'deleted') {
      for (const index of chunks) if (index < copy.checkpoint.chunkCount) copy.held.add(index)
    }
    this.#tellMachine(shareId)
  }

  #tellMachine(shareId: ShareId): void {
    const copy = this.disk.get(shareId)
    if (copy !== undefined) this.#step({ type: 'share', shareId, facts: factsOf(copy) })
  }

  #step(event: CustodyEvent): void {
    const machine = this.#machine
    if (machine === undefined) return
    for (const effect of machine.step(event, this.nowMs)) this.#do(effect)
    this.#stopTick()
    const dueMs = machine.deadlineMs(this.nowMs)
    if (dueMs === undefined) return
    // A real loop cannot turn without end within one moment either.
    const pauseMs = Math.max(1, dueMs - this.nowMs)
    this.#stopTick = this.#network.time.after(pauseMs, () => this.#step({ type: 'tick' }))
  }

  #do(effect: CustodyEffect): void {
    switch (effect.type) {
      case 'job':
        return this.#doJob(effect.job)
      case 'probe':
        return this.#probe(effect.seedId)
      case 'accept':
        return this.#accept(effect.shareId)
      case 'letGo':
        return this.#letGo(effect.shareId, effect.seq)
    }
  }

  /** The answer comes later, to the process that asked, if it still runs. */
  #later(ms: number, event: () => CustodyEvent): void {
    const starts = this.#starts
    this.#network.time.after(ms, () => {
      if (starts === this.#starts && this.isUp) this.#step(event())
    })
  }

  #probe(seedId: SeedId): void {
    const other = this.#network.reach(this, seedId)
    const ms = other === undefined ? 5000 : this.#network.latencyMs()
    const skewMs = (other?.skewMs ?? 0) - this.skewMs
    const hello = other === undefined ? undefined : { instance: other.instance, skewMs }
    this.#later(ms, () => ({ type: 'probed', seedId, hello }))
  }

  #doJob(job: CustodyJob): void {
    if (job.type === 'fill') return this.#fill(job)
    const other = this.#network.reach(this, job.seedId)
    const ms = other === undefined ? 5000 : this.#network.latencyMs()
    this.#later(ms, () => {
      const answer: JobAnswer = other?.isUp === true ? this.#ask(job, other) : { type: 'silent' }
      return { type: 'answered', job, answer }
    })
  }

  #ask(job: Exclude<CustodyJob, { type: 'fill' }>, other: SimulatedSeed): JobAnswer {
    const [ours, theirs] = [this.disk.get(job.shareId), other.disk.get(job.shareId)]
    if (ours === undefined) return { type: 'failed' }
    const report = reportOf(theirs, other.nowMs)
    if (report.type === 'deleted')
      return { type: 'reported', report, deletion: encodeUtf8(other.id) }
    switch (job.type) {
      case 'look':
        return { type: 'reported', report }
      case 'take':
        if (!accept(ours, theirs?.checkpoint, this.nowMs)) return { type: 'failed' }
        this.#tellMachine(job.shareId)
        return { type: 'done' }
      case 'tell':
        if (other.isFull && theirs === undefined) return { type: 'refused' }
        other.receive(job.shareId, ours.policy, { checkpoint: ours.checkpoint })
        return { type: 'done' }
      case 'audit':
        return auditOf(theirs, job.chunks, ours.checkpoint?.seq)
    }
  }

  /** Some chunks at a time, as long as a source has more. */
  #fill(job: Extract<CustodyJob, { type: 'fill' }>): void {
    this.#later(FILL_STEP_MS, () => {
      const copy = this.disk.get(job.shareId)
      const chunkCount = copy?.checkpoint?.chunkCount ?? 0
      const sources = job.sources.map((id) => this.#network.reach(this, id)?.disk.get(job.shareId))
      const wanted = Array.from({ length: chunkCount }, (_, i) => i).filter((index) => {
        const isHere = copy?.held.has(index) === true
        return !isHere && sources.some((source) => source?.held.has(index) === true)
      })
      for (const index of wanted.slice(0, FILL_STEP_CHUNKS)) copy?.held.add(index)
      this.#tellMachine(job.shareId)
      if (wanted.length > FILL_STEP_CHUNKS) {
        this.#fill(job)
        return { type: 'tick' }
      }
      const isHere = copy !== undefined && copy.held.size >= chunkCount
      return { type: 'answered', job, answer: { type: 'filled', isWhole: isHere, liars: [] } }
    })
  }

  #accept(shareId: ShareId): void {
    const copy = this.disk.get(shareId)
    const seq = this.#network.deletionOf(shareId)
    if (copy === undefined || seq === undefined) throw new Error('a deletion that nobody made')
    accept(copy, seq, this.nowMs)
    this.#tellMachine(shareId)
  }

  #letGo(shareId: ShareId, seq: number): void {
    const copy = this.disk.get(shareId)
    if (copy === undefined || copy.checkpoint?.seq !== seq || !isWhole(copy)) return
    this.#network.checkLettingGo(this, shareId)
    this.disk.delete(shareId)
    this.#step({ type: 'removed', shareId })
  }
}

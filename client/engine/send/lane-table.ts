import { SEED_SILENT_MS } from '../../../protocol/limits.ts'
import type { Seed } from '../../../protocol/record/directory.ts'
import type { SeedId } from '../../../protocol/seed-id.ts'
import { canReach } from '../net/can-reach.ts'
import type { Cargo } from './cargo.ts'
import type { Unfit } from './custodian-choice.ts'
import { LaneRunner } from './lane-runner.ts'
import type { LanePorts, LaneReport } from './lane-session.ts'
import type { LaneTrouble } from './lane-trouble.ts'

/** A seed that gets nothing now, and since when. */
export type TroubledSeed = Readonly<{ trouble: LaneTrouble; sinceMs: number }>

export type LaneTableSetup = Readonly<{
  cargo: Cargo
  ports: LanePorts
  report: (seed: Seed, report: LaneReport) => void
  /** A mistake of ours. */
  fail: (cause: unknown) => void
}>

/** The seeds that this share was ever sent to, each kept in reach, and what is wrong with which. */
export class LaneTable {
  readonly #setup: LaneTableSetup
  readonly #runners = new Map<SeedId, LaneRunner>()
  readonly #seeds = new Map<SeedId, Seed>()
  readonly #troubles = new Map<SeedId, TroubledSeed>()

  constructor(setup: LaneTableSetup) {
    this.#setup = setup
  }

  get seeds(): readonly Seed[] {
    return [...this.#seeds.values()]
  }

  troubleOf(seedId: SeedId): TroubledSeed | undefined {
    return this.#troubles.get(seedId)
  }

  runner(seedId: SeedId): LaneRunner | undefined {
    return this.#runners.get(seedId)
  }

  /** Opens a lane to each that has none. A seed that cannot be asked from here is filled by the others. */
  open(seeds: readonly Seed[], signal: AbortSignal): void {
    for (const seed of seeds) {
      this.#seeds.set(seed.id, seed)
      this.#runners.get(seed.id)?.relocate(seed.urls)
      const isReachable = seed.urls.some((url) => canReach(url))
      if (this.#runners.has(seed.id) || !isReachable) continue
      const { cargo, ports, fail } = this.#setup
      const report = (event: LaneReport): void => this.#report(seed, event)
      const runner = new LaneRunner({ seed, cargo, ports, report })
      this.#runners.set(seed.id, runner)
      runner.run(signal).catch(fail)
    }
  }

  /** A newer checkpoint is there. */
  wake(): void {
    for (const runner of this.#runners.values()) runner.wake()
  }

  /** Passed over from now on, until it answers anew. */
  refuse(seedId: SeedId, troubled: TroubledSeed): void {
    this.#troubles.set(seedId, troubled)
  }

  unfit(nowMs: number): Unfit {
    const [refusing, silent] = [new Set<SeedId>(), new Set<SeedId>()]
    for (const [seedId, { trouble, sinceMs }] of this.#troubles) {
      if (trouble.kind === 'refused') refusing.add(seedId)
      else if (nowMs - sinceMs >= SEED_SILENT_MS) silent.add(seedId)
    }
    return { refusing, silent }
  }

  #report(seed: Seed, event: LaneReport): void {
    if (event.type === 'up') this.#troubles.delete(seed.id)
    if (event.type === 'down') this.#troubles.set(seed.id, event)
    this.#setup.report(seed, event)
  }
}

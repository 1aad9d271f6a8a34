import { TransferError } from '../../../protocol/errors.ts'
import { SHARE_SEEDS_ASKED_MAX } from '../../../protocol/limits.ts'
import { custodiansOf, rankSeeds, type Policy } from '../../../protocol/placement.ts'
import type { Seed } from '../../../protocol/record/directory.ts'
import type { ShareId } from '../../../protocol/share-id.ts'
import { delay } from '../delay.ts'
import { canReach } from '../net/can-reach.ts'
import { ChangeBell } from './change-bell.ts'
import { SeedSource } from './seed-source.ts'
import type { ChunkSource, ShareSource } from './share-source.ts'

/** One seed that was asked for the share, and how that goes. */
export type RosterEntry = {
  /** As the newest directory lists it. */
  seed: Seed
  phase: 'asking' | 'ready' | 'failed' | 'banned'
  /** Why it failed last; undefined as long as it did not. */
  fault: TransferError | undefined
}

type RosterOptions = Readonly<{
  shareId: ShareId
  /** Resolves once the source can be used. */
  connect: (source: ShareSource, signal: AbortSignal) => Promise<void>
  /** Told whenever an entry changes. */
  onChange: () => void
  /** What is published is not all known yet. */
  isLacking: () => boolean
  random: () => number
  signal: AbortSignal
}>

/** Reaches a seed that HTTP does not reach, over WebRTC. @throws {TransferError} SEED_UNREACHABLE and others. */
export type CallSeed = (seed: Seed) => Promise<ShareSource>

/** What most shares ask for; until the genesis says what this one asks for. */
const USUAL_POLICY: Policy = { replicas: 2, jurisdictions: 2, denied: [] }
/** A seed that does not answer for so long gets company. */
const WIDEN_MS = 2000
const RETRY_MS = 1000
const RETRY_MS_MAX = 30_000
/** A seed that lets go whoever wants nothing has few places: it is asked for news so rarely. */
const REST_MS = 600_000

/**
 * Asks the seeds of a share, custodians first and all at once, then further ones in rank as long as too few
 * answer. One that fails is asked again and again, in growing intervals.
 */
export class SeedRoster {
  readonly #options: RosterOptions
  readonly #entries = new Map<string, RosterEntry>()
  /** Those that HTTP reached, and that are called now or were in vain a moment ago. */
  readonly #calling = new Set<RosterEntry>()
  /** How often they were called in vain. */
  readonly #callTries = new Map<RosterEntry, number>()
  /** As they were listed when they were connected: one that has moved since may be where that says no more. */
  readonly #reached = new Map<RosterEntry, Seed>()
  /** One for each who fetches pieces. */
  readonly #wants = new Set<symbol>()
  /** Rung when those that hung up are to be asked again at once. */
  readonly #woken = new ChangeBell()
  #seeds: readonly Seed[] = []
  #listed: readonly Seed[] = []
  #policy = USUAL_POLICY
  #call: CallSeed | undefined

  constructor(options: RosterOptions) {
    this.#options = options
  }

  get entries(): readonly RosterEntry[] {
    return [...this.#entries.values()]
  }

  /** True if no seed is left that could be asked besides. */
  get isWhole(): boolean {
    return this.#next() === undefined
  }

  /** Takes the seeds of the directory, or of a newer one. */
  setSeeds(seeds: readonly Seed[]): void {
    this.#listed = seeds
    this.#seeds = seeds.filter((seed) => this.#call !== undefined || hasAddress(seed))
    for (const seed of seeds) this.#relocate(seed)
    this.#askCustodians()
  }

  /** From now on seeds can be called, too. */
  setCaller(call: CallSeed): void {
    this.#call = call
    this.setSeeds(this.#listed)
  }

  /** Pieces are to be fetched: who hung up is asked again at once. @returns What ends that. */
  want(): () => void {
    const want = Symbol('want')
    this.#wants.add(want)
    this.#woken.ring()
    return () => void this.#wants.delete(want)
  }

  /** A seed that was called and ready hung up: it is asked again, and is ready as before where nothing is wanted of it. */
  lose({ id, name }: ChunkSource): void {
    const entry = this.#entries.get(id)
    if (entry?.phase !== 'ready') return
    if (this.#isIdle) return void this.#askRested(entry)
    this.#change(entry, 'failed', new TransferError('SEED_UNREACHABLE', `${name} is gone.`))
    this.#widen()
    void this.#askLater(entry)
  }

  /** Takes what the genesis says; asks custodians that were not asked yet. */
  setPolicy(policy: Policy): void {
    this.#policy = policy
    this.#askCustodians()
  }

  /** Its bytes were wrong: it is not asked again. */
  ban(id: string, fault: TransferError): void {
    const entry = this.#entries.get(id)
    if (entry !== undefined) this.#change(entry, 'banned', fault)
    this.#widen()
  }

  /** A seed that was ready stopped serving, or serves again. */
  note({ id, kind }: ChunkSource, fault: TransferError | undefined): void {
    const entry = this.#entries.get(id)
    // It is well most of the time, which is no news.
    if (entry?.phase !== 'ready' || entry.fault === fault) return
    this.#change(entry, 'ready', fault)
    if (fault === undefined) return
    // Where nothing is wanted, one that is away for a moment needs nobody in its place.
    if (!fault.fault.retry || !this.#isIdle) this.#widen()
    if (kind === 'seed' && fault.code === 'SEED_UNREACHABLE') this.#askElsewhere(entry)
  }

  /** All is known, and no piece is wanted. */
  get #isIdle(): boolean {
    return this.#wants.size === 0 && !this.#options.isLacking()
  }

  /** What is connected stays so as long as it answers. */
  #relocate(seed: Seed): void {
    const entry = this.#entries.get(seed.id)
    if (entry === undefined || String(entry.seed.urls) === String(seed.urls)) return
    entry.seed = seed
    if (entry.phase === 'ready' && entry.fault?.code === 'SEED_UNREACHABLE')
      this.#askElsewhere(entry)
  }

  /** It is not reached where it was. */
  #askElsewhere(entry: RosterEntry): void {
    if (this.#reached.get(entry) === entry.seed) return void this.#callInstead(entry)
    this.#change(entry, 'failed', entry.fault)
    void this.#keepAsking(entry)
  }

  #askCustodians(): void {
    const { shareId } = this.#options
    for (const seed of custodiansOf(shareId, this.#policy, this.#seeds)) this.#ask(seed)
    // A network too small for the policy still has seeds.
    if (this.#entries.size === 0) this.#widen()
  }

  /** Asks the next seed in rank, if too few serve the share. */
  #widen(): void {
    const serving = this.entries.filter(({ phase, fault }) => {
      return phase === 'ready' && fault === undefined
    })
    const next = serving.length < this.#policy.replicas ? this.#next() : undefined
    if (next !== undefined) this.#ask(next)
  }

  #next(): Seed | undefined {
    if (this.#entries.size >= SHARE_SEEDS_ASKED_MAX) return undefined
    const ranked = rankSeeds(this.#options.shareId, this.#seeds)
    return ranked.find(({ id }) => !this.#entries.has(id))
  }

  #ask(seed: Seed): void {
    if (this.#entries.has(seed.id)) return
    const entry: RosterEntry = { seed, phase: 'asking', fault: undefined }
    this.#entries.set(seed.id, entry)
    void this.#keepAsking(entry)
    void this.#widenIfSilent(entry)
  }

  async #askLater(entry: RosterEntry): Promise<void> {
    const { random, signal } = this.#options
    await delay(RETRY_MS * (0.5 + random()), signal).catch(() => undefined)
    await this.#keepAsking(entry)
  }

  async #askRested(entry: RosterEntry): Promise<void> {
    const { random, signal } = this.#options
    const stop = new AbortController()
    const rest = delay(REST_MS * (0.5 + random()), AbortSignal.any([signal, stop.signal]))
    const rested = rest.then(() => false)
    const woken = this.#woken.next.then(() => true)
    const isWoken = await Promise.race([rested, woken]).catch(() => false)
    stop.abort()
    // Something is wanted of it: until it answers, it is as one that was never asked.
    if (isWoken) {
      this.#change(entry, 'asking', undefined)
      void this.#widenIfSilent(entry)
    }
    await this.#keepAsking(entry)
  }

  async #keepAsking(entry: RosterEntry): Promise<void> {
    const { connect, signal } = this.#options
    for (let tries = 0; !signal.aborted && entry.phase !== 'banned'; tries += 1) {
      try {
        const { seed } = entry
        await connect(await this.#reach(entry, tries), signal)
        this.#reached.set(entry, seed)
        this.#change(entry, 'ready', undefined)
        return
      } catch (cause) {
        if (signal.aborted) return
        this.#change(entry, 'failed', faultOf(cause))
        this.#widen()
        await this.#pause(tries)
      }
    }
  }

  /** HTTP reaches it no more: WebRTC may. Until then it is tried where it was. */
  async #callInstead(entry: RosterEntry): Promise<void> {
    const { connect, signal } = this.#options
    if (this.#call === undefined || this.#isIdle || this.#calling.has(entry)) return
    this.#calling.add(entry)
    try {
      const source = await this.#call(entry.seed)
      if (entry.phase !== 'ready' || entry.fault === undefined) return
      await connect(source, signal)
      this.#callTries.delete(entry)
      this.#change(entry, 'ready', undefined)
    } catch (cause) {
      // A mistake of ours is thrown on.
      if (!signal.aborted) faultOf(cause)
      // HTTP fails every few seconds from now on, and connections are few: they are shared with peers.
      const tries = this.#callTries.get(entry) ?? 0
      this.#callTries.set(entry, tries + 1)
      await this.#pause(tries)
    } finally {
      this.#calling.delete(entry)
    }
  }

  /** Longer each time, up to RETRY_MS_MAX. */
  async #pause(tries: number): Promise<void> {
    const { random, signal } = this.#options
    const pauseMs = Math.min(RETRY_MS_MAX, RETRY_MS * 2 ** tries) * (0.5 + random())
    await delay(pauseMs, signal).catch(() => undefined)
  }

  /** Over HTTP where that works, else over WebRTC: who is unreachable one way may be reached the other. */
  async #reach({ seed, fault }: RosterEntry, tries: number): Promise<ShareSource> {
    const isCalled = !hasAddress(seed) || (fault?.code === 'SEED_UNREACHABLE' && tries % 2 === 1)
    if (this.#call !== undefined && isCalled) return this.#call(seed)
    return new SeedSource(seed, this.#options.shareId)
  }

  async #widenIfSilent(entry: RosterEntry): Promise<void> {
    await delay(WIDEN_MS, this.#options.signal).catch(() => undefined)
    if (entry.phase === 'asking' && !this.#options.signal.aborted) this.#widen()
  }

  #change(entry: RosterEntry, phase: RosterEntry['phase'], fault: TransferError | undefined): void {
    // What is banned stays so, whatever was still under way.
    if (entry.phase === 'banned') return
    // What one says may be so for all: those that hung up have not said it yet.
    const isNews = fault?.code === 'SHARE_EXPIRED' && entry.fault?.code !== fault.code
    if (isNews) this.#woken.ring()
    entry.phase = phase
    entry.fault = fault
    this.#options.onChange()
  }
}

function hasAddress({ urls }: Seed): boolean {
  return urls.some((url) => canReach(url))
}

/** A mistake of ours ends the process; anything else is a seed that failed. */
function faultOf(cause: unknown): TransferError {
  if (cause instanceof TransferError) return cause
  throw cause
}

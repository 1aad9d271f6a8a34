import { TransferError } from '../../../protocol/errors.ts'
import { custodiansOf } from '../../../protocol/placement.ts'
import type { Seed } from '../../../protocol/record/directory.ts'
import type { SeedId } from '../../../protocol/seed-id.ts'
import { ReceiptBook } from '../custody/receipt-book.ts'
import { isShortLived, storedSeeds } from '../custody/stored-rule.ts'
import { delay } from '../delay.ts'
import type { Network } from '../network.ts'
import type { Cargo } from './cargo.ts'
import { chooseCustodians } from './custodian-choice.ts'
import { Dealer, type DealerEffect, type DealerEvent } from './dealer.ts'
import { LaneTable } from './lane-table.ts'
import type { LanePorts, LaneReport } from './lane-session.ts'
import { measureProgress, type CourierProgress } from './progress.ts'
import type { Published } from './publisher.ts'
import { SealedStore } from './sealed-store.ts'

export type CourierPorts = LanePorts &
  Readonly<{
    /** The newest directory there is. */
    refreshNetwork: () => Promise<Network>
    /** How often it is asked for where a custodian does not answer; usual unless told. */
    refreshTroubledMs?: number
  }>

const TICK_MS = 250
const REFRESH_MS = 60_000
const REFRESH_TROUBLED_MS = 10_000

/** Brings one cargo to its custodians, until their receipts meet the policy. */
export class Courier {
  readonly #cargo: Cargo
  readonly #ports: CourierPorts
  readonly #dealer: Dealer
  readonly #receipts: ReceiptBook
  readonly #lanes: LaneTable
  readonly #sealed = new SealedStore()
  readonly #end = new AbortController()
  readonly #outcome = Promise.withResolvers<readonly Seed[]>()
  #network: Network
  #custodians: readonly Seed[] = []
  #isPaused = false

  constructor(cargo: Cargo, network: Network, ports: CourierPorts) {
    this.#cargo = cargo
    this.#ports = ports
    this.#network = network
    this.#dealer = new Dealer(cargo.chunkCount)
    this.#receipts = new ReceiptBook(cargo.shareId, cargo.outdatedReceipts)
    const report = (seed: Seed, event: LaneReport): void => this.#report(seed, event)
    const fail = this.#outcome.reject
    this.#lanes = new LaneTable({ cargo, ports, report, fail })
  }

  get progress(): CourierProgress {
    return measureProgress({
      cargo: this.#cargo,
      lanes: this.#dealer.lanes,
      table: this.#lanes,
      custodians: this.#custodians,
      directory: this.#network.directory,
      receipts: this.#receipts.receipts,
      isPaused: this.#isPaused,
      nowMs: this.#ports.nowMs(),
    })
  }

  /** How much of the share one seed at least has, 0 to 1. */
  get storedShare(): number {
    const { onceBytes, totalBytes } = this.progress.frontier
    return totalBytes === 0 ? 1 : onceBytes / totalBytes
  }

  /**
   * @returns The seeds whose receipts meet the policy.
   * @throws {TransferError} FILE_CHANGED, FILE_UNREADABLE, SHARE_DELETED, SHARE_EXPIRED; what `signal` aborted with.
   */
  async run(signal: AbortSignal): Promise<readonly Seed[]> {
    const whole = AbortSignal.any([signal, this.#end.signal])
    try {
      this.#choose(whole)
      const clock = Promise.all([this.#tick(whole), this.#refresh(whole)])
      return await Promise.race([this.#outcome.promise, clock.then(() => [])])
    } finally {
      this.#end.abort(new TransferError('STOPPED', 'Done.'))
      this.#sealed.clear()
    }
  }

  pause(): void {
    this.#isPaused = true
    this.#feed({ type: 'pause' })
  }

  continue(): void {
    this.#isPaused = false
    this.#feed({ type: 'continue' })
  }

  async #tick(signal: AbortSignal): Promise<never> {
    for (;;) {
      await delay(TICK_MS, signal)
      this.#choose(signal)
      this.#feed({ type: 'tick' })
    }
  }

  async #refresh(signal: AbortSignal): Promise<never> {
    const { refreshTroubledMs = REFRESH_TROUBLED_MS, nowMs } = this.#ports
    let refreshedAtMs = nowMs()
    for (;;) {
      await delay(refreshTroubledMs, signal)
      // It may have moved, or be gone for good.
      const isShort = this.#custodians.length < this.#cargo.policy.replicas
      const isTroubled =
        isShort || this.#custodians.some(({ id }) => this.#lanes.troubleOf(id) !== undefined)
      if (!isTroubled && nowMs() - refreshedAtMs < REFRESH_MS) continue
      this.#network = await this.#newestNetwork()
      refreshedAtMs = nowMs()
      this.#checkStored()
    }
  }

  /** Without the signal server the directory at hand serves until its end. */
  async #newestNetwork(): Promise<Network> {
    try {
      return await this.#ports.refreshNetwork()
    } catch (cause) {
      if (cause instanceof TransferError) return this.#network
      throw cause
    }
  }

  #choose(signal: AbortSignal): void {
    const { seeds } = this.#network.directory
    const unfit = this.#lanes.unfit(this.#ports.nowMs())
    this.#custodians = chooseCustodians(this.#cargo, seeds, unfit)
    this.#lanes.open(this.#custodians, signal)
    const ranked = custodiansOf(this.#cargo.shareId, this.#cargo.policy, seeds)
    this.#feed({
      type: 'custodians',
      seedIds: idsOf(this.#custodians),
      ranked: idsOf(ranked),
      listed: idsOf(seeds),
    })
  }

  #report(seed: Seed, event: LaneReport): void {
    const seedId = seed.id
    switch (event.type) {
      case 'up':
      case 'published':
      case 'held':
      case 'uploaded':
        return this.#feed({ ...event, seedId })
      case 'down':
        if (event.trouble.kind === 'over') this.#outcome.reject(event.trouble.error)
        return this.#feed({ type: 'down', seedId, sinceMs: event.sinceMs })
      case 'ahead':
        this.#observe(event.newer).catch(this.#outcome.reject)
        return
      case 'receipts':
        this.#receipts.add(event.records)
        return this.#checkStored()
    }
  }

  /** @throws {TransferError} SHARE_DELETED, FILE_CHANGED */
  async #observe(newer: Published): Promise<void> {
    await this.#cargo.observe(newer, this.#end.signal)
    this.#lanes.wake()
    this.#checkStored()
  }

  #checkStored(): void {
    const checkpoint = this.#cargo.latest?.checkpoint
    if (checkpoint?.state !== 'sealed') return
    const nowMs = this.#ports.nowMs()
    const { directory } = this.#network
    const receipts = this.#receipts.receipts
    const question = { checkpoint, policy: this.#cargo.policy, directory, receipts }
    const seeds = storedSeeds(question, nowMs)
    if (seeds !== undefined) return this.#outcome.resolve(seeds)
    for (const [seedId, receipt] of receipts) {
      if (isShortLived(receipt, checkpoint)) this.#refuseShortLived(seedId, nowMs)
    }
  }

  /** It has everything, and will not keep it for as long as was asked. */
  #refuseShortLived(seedId: SeedId, sinceMs: number): void {
    const error = new TransferError(
      'STORE_FULL',
      'It does not keep shares for as long as this one.',
    )
    this.#lanes.refuse(seedId, { trouble: { kind: 'refused', error }, sinceMs })
  }

  #feed(event: DealerEvent): void {
    // What was under way when it ended leads to nothing more.
    if (this.#end.signal.aborted) return
    for (const effect of this.#dealer.step(event, this.#ports.nowMs())) this.#do(effect)
  }

  #do(effect: DealerEffect): void {
    switch (effect.type) {
      case 'seal':
        this.#seal(effect.extent).catch(this.#outcome.reject)
        return
      case 'upload':
        this.#upload(effect).catch(this.#outcome.reject)
        return
      case 'drop':
        this.#sealed.drop(effect.extent)
    }
  }

  async #seal(extent: number): Promise<void> {
    const sealed = await this.#cargo.seal(extent)
    if (this.#end.signal.aborted) return
    this.#sealed.add(sealed)
    this.#lanes.wake()
    this.#feed({ type: 'sealed', extent })
  }

  async #upload({ seedId, upload }: Extract<DealerEffect, { type: 'upload' }>): Promise<void> {
    using body = this.#sealed.take(upload)
    await this.#lanes.runner(seedId)?.upload(upload, body.content)
  }
}

function idsOf(seeds: readonly Seed[]): SeedId[] {
  return seeds.map(({ id }) => id)
}

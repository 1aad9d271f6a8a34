import { TransferError } from '../../protocol/errors.ts'
import { formatTokenUrl } from '../../protocol/token.ts'
import type { Network } from '../engine/network.ts'
import type { CourierProgress, CustodySeed } from '../engine/send/progress.ts'
import type { SendSession } from '../engine/send/send-session.ts'
import type { SharePlan } from '../engine/send/share-plan.ts'
import { CustodyChecks, type SeedsAsked } from './custody-checks.ts'
import { hasDeadLink } from './dead-link.ts'
import { problemOf } from './problem.ts'
import { RateMeter } from './rate-meter.ts'
import type { SenderSwarm } from './sender-swarm.ts'
import type { CustodySnapshot, SendPhase, SendSnapshot } from './snapshot.ts'
import { sendingWords } from './sending-words.ts'
import { policyText, titleOf } from './share-words.ts'
import { Standstill } from './standstill.ts'

export type PageSendStart = Readonly<{
  plan: SharePlan
  /** As it is now. */
  network: () => Network
  session: SendSession
  /** Others, who get it from this page. */
  swarm: SenderSwarm
  /** Told how much is on a seed, for the list of unfinished shares. */
  keepStored: (bytes: number) => void
  changed: () => void
}>

/** One share that this page sends, as the page shows it. */
export class PageSend {
  readonly plan: SharePlan
  readonly #start: PageSendStart
  readonly #rate = new RateMeter()
  readonly #still = new Standstill(performance.now())
  #stillText: string | undefined
  readonly #checks: CustodyChecks
  readonly #title: string
  readonly #swarm: SenderSwarm
  #phase: SendPhase = 'preparing'
  #progress: CourierProgress
  #failure: unknown
  #isForgotten = false
  #wasStored = false

  constructor(start: PageSendStart) {
    this.plan = start.plan
    this.#start = start
    this.#swarm = start.swarm
    this.#checks = new CustodyChecks(start.changed)
    this.#title = titleOf(start.plan.files)
    this.#progress = start.session.progress
    void this.#follow()
  }

  get shareId(): string {
    return this.plan.shareId
  }

  get isFailed(): boolean {
    return this.#phase === 'failed'
  }

  get isRunning(): boolean {
    return ['preparing', 'sending', 'paused'].includes(this.#phase)
  }

  get snapshot(): SendSnapshot {
    const { plan } = this
    const { frontier, waiting, custody } = this.#progress
    const { shareId, secrets } = plan
    const left = frontier.totalBytes - frontier.policyBytes
    const isDead = hasDeadLink(this.#failure)
    return {
      shareId,
      title: this.#title,
      fileCount: plan.files.length,
      phase: this.#phase,
      link: isDead ? undefined : this.#url({ kind: 'link', secret: secrets.secret, shareId }),
      ownerLink: isDead ? undefined : this.#url({ kind: 'owner', ...secrets, shareId }),
      frontier,
      bytesPerSecond: this.#rate.bytesPerSecond,
      secondsLeft: this.#rate.secondsFor(left),
      note: waiting?.text ?? this.#stillText,
      canClose: this.#phase === 'stored',
      wasStored: this.#wasStored,
      expiresAtMs: plan.expiresAtMs,
      policy: policyText(plan.genesis),
      custody: custody.map((seed) => this.#custodyOf(seed)),
      swarm: this.#swarm.snapshot,
      problem: this.#failure === undefined ? undefined : problemOf(this.#failure, sendingWords),
    }
  }

  async askSeeds(asked: SeedsAsked): Promise<void> {
    const { shareId, genesis, genesisBytes, readToken } = this.plan
    const share = {
      shareId,
      genesis,
      genesisBytes,
      readToken,
      ownerPublicKey: genesis.ownerPublicKey,
    }
    await this.#checks.ask(asked, share, this.#start.network())
  }

  setGiving(isOn: boolean): void {
    this.#swarm.setGiving(isOn)
  }

  pause(): void {
    if (this.#phase !== 'sending' && this.#phase !== 'preparing') return
    this.#phase = 'paused'
    this.#start.session.pause()
    this.#swarm.setPaused(true)
    this.#start.changed()
  }

  continue(): void {
    if (this.#phase !== 'paused') return
    this.#phase = 'sending'
    this.#start.session.continue()
    this.#swarm.setPaused(false)
    this.#start.changed()
  }

  /** Ends it for good. @param remove - Deletes what the seeds hold of it; false if none could be told. */
  async stop(remove: () => Promise<boolean>): Promise<void> {
    this.#isForgotten = true
    this.#phase = 'deleting'
    this.#failure = undefined
    this.#swarm[Symbol.dispose]()
    this.#start.changed()
    await this.#start.session[Symbol.asyncDispose]()
    this.#phase = (await remove()) ? 'stopped' : 'undeleted'
    this.#start.changed()
  }

  async #follow(): Promise<void> {
    for await (const event of this.#start.session.events) this.#take(event.progress)
    try {
      await this.#start.session.done
      this.#wasStored = true
      if (!this.#isForgotten) this.#phase = 'stored'
      // What was under way as it was paused may have been the last.
      this.#swarm.setPaused(false)
      this.#start.changed()
      // Others get it from this page as long as it lasts.
      throw await this.#swarm.untilEnded(this.#progress.custody)
    } catch (cause) {
      // A stop that the person asked for is no failure.
      if (!this.#isForgotten) this.#fail(cause)
    }
    this.#start.changed()
  }

  #take(progress: CourierProgress): void {
    const nowMs = performance.now()
    const { frontier, waiting } = progress
    this.#progress = progress
    this.#rate.count(frontier.policyBytes, nowMs)
    if (waiting !== undefined || this.#phase !== 'sending') this.#still.excuse(nowMs)
    this.#stillText = this.#still.take(frontier, nowMs)
    this.#start.keepStored(frontier.onceBytes)
    if (this.#phase === 'preparing' && frontier.sealedBytes > 0) this.#phase = 'sending'
    this.#start.changed()
  }

  #fail(cause: unknown): void {
    this.#phase = 'failed'
    // Nothing more is published: whoever has the link waits for another try.
    this.#swarm[Symbol.dispose]()
    this.#failure = cause ?? new TransferError('STOPPED', 'The upload ended.')
  }

  #url(token: Parameters<typeof formatTokenUrl>[1]): string {
    return formatTokenUrl(this.#start.network().url, token)
  }

  #custodyOf({ seed, receipt }: CustodySeed): CustodySnapshot {
    const checked = this.#checks.snapshotOf(seed)
    if (receipt !== undefined) {
      const { atMs, keepUntilMs } = receipt
      return { ...checked, receipt: 'stored', receiptAtMs: atMs, keepUntilMs }
    }
    // Whoever sends hears of each receipt: one that it does not know of was not given.
    return checked.receipt === 'stored' ? checked : { ...checked, receipt: 'none' }
  }
}

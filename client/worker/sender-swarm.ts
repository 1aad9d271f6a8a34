import type { TransferError } from '../../protocol/errors.ts'
import { keepersOf, untilEnded } from '../engine/custody/sent-end.ts'
import type { Network } from '../engine/network.ts'
import type { CustodySeed } from '../engine/send/progress.ts'
import type { SharePlan } from '../engine/send/share-plan.ts'
import { hasRelay } from '../engine/net/has-relay.ts'
import { fixedPrivacy } from '../engine/swarm/privacy.ts'
import { SendSwarm } from '../engine/swarm/send-swarm.ts'
import type { SwarmPorts } from '../engine/swarm/share-swarm.ts'
import { isMetered } from './metered.ts'
import type { SwarmSnapshot } from './swarm-snapshot.ts'
import { swarmSnapshot, type SwarmFacts } from './swarm-words.ts'

export type SenderSwarmStart = Readonly<{
  plan: SharePlan
  /** Undefined where this page has no WebRTC. */
  ports: SwarmPorts | undefined
  /** As it is now. */
  network: () => Network
  changed: () => void
}>

const TICK_MS = 1000
/** How often its seeds are asked whether a share ended that others get from here. */
const LOOK_MS = 60_000
/** And one that nobody gets from here: it is only said. */
const IDLE_LOOK_MS = 600_000

/** Why others get little or nothing. */
const rests = {
  paused: 'Paused.',
  uploading: 'While it uploads, the line is for the seeds.',
} as const satisfies Record<NonNullable<SendSwarm['rest']>, string>

/** Whoever has the link of a share gets it from this page too: while it is sent, and as long as the page is open. */
export class SenderSwarm implements Disposable {
  /** For the upload to tell what is published; undefined where nobody but seeds may be spoken to. */
  readonly audience: SendSwarm | undefined
  readonly #start: SenderSwarmStart
  readonly #ticking: ReturnType<typeof setInterval>
  /** The person's switch. */
  #isWanted = true
  /** They set it while they paid for what is sent. */
  #mayCost = false
  #said = ''
  readonly #stop = new AbortController()

  constructor(start: SenderSwarmStart) {
    this.#start = start
    const { plan, ports } = start
    const privacy = fixedPrivacy(plan.genesis)
    // It waits itself for a relay where one is needed.
    if (ports !== undefined && privacy !== 'seeds-only') {
      this.audience = new SendSwarm({ ...ports, plan, privacy })
      this.audience.setServing(this.#isOn)
    }
    this.#ticking = setInterval(() => this.#tick(), TICK_MS)
  }

  get snapshot(): SwarmSnapshot {
    return swarmSnapshot(this.#facts)
  }

  setGiving(isOn: boolean): void {
    this.#isWanted = isOn
    this.#mayCost = isMetered()
    this.#tick()
  }

  /** Whether the person has paused the whole share. */
  setPaused(isPaused: boolean): void {
    this.audience?.setPaused(isPaused)
  }

  /**
   * Once it is stored, it lives without this page.
   *
   * @param custody - Who gave a receipt for it, as far as is known here.
   * @returns What ended it elsewhere.
   * @throws Once this is disposed of.
   */
  untilEnded(custody: readonly CustodySeed[]): Promise<TransferError> {
    const { plan, network } = this.#start
    const share = { ...plan, ownerPublicKey: plan.genesis.ownerPublicKey }
    return untilEnded(share, {
      seeds: () => keepersOf(plan, custody, network().directory.seeds),
      lookMs: this.audience === undefined ? IDLE_LOOK_MS : LOOK_MS,
      endsAtMs: plan.expiresAtMs,
      nowMs: Date.now,
      signal: this.#stop.signal,
    })
  }

  [Symbol.dispose](): void {
    this.#stop.abort()
    clearInterval(this.#ticking)
    this.audience?.[Symbol.dispose]()
  }

  /** A phone leaves the house, and its free line: that is asked anew each time. */
  get #isOn(): boolean {
    return this.#isWanted && (this.#mayCost || !isMetered())
  }

  get #facts(): SwarmFacts {
    const { plan, ports, network } = this.#start
    const { peerCount = 0, givenBytes = 0 } = this.audience?.state ?? {}
    const rest = this.audience?.rest
    return {
      isSender: true,
      chosen: 'direct',
      fixed: fixedPrivacy(plan.genesis),
      hasRelay: hasRelay(network()),
      canConnect: ports !== undefined,
      isUrgent: false,
      peerCount,
      peerBytes: 0,
      seedBytes: 0,
      pace: undefined,
      giving: {
        isOn: this.#isOn,
        isMetered: isMetered(),
        hasAny: true,
        givenBytes,
        rest: rest && rests[rest],
        isSpent: false,
        dailyBytesMax: undefined,
      },
    }
  }

  #tick(): void {
    this.audience?.setServing(this.#isOn)
    const said = JSON.stringify(this.snapshot)
    if (said !== this.#said) this.#start.changed()
    this.#said = said
  }
}

import type { Bytes } from '../../protocol/bytes.ts'
import type { Network } from '../engine/network.ts'
import type { ChunkSource } from '../engine/receive/share-source.ts'
import type { ShareSession } from '../engine/receive/share-session.ts'
import { fixedPrivacy, type Privacy } from '../engine/swarm/privacy.ts'
import type { ShareSwarm, SwarmPorts } from '../engine/swarm/share-swarm.ts'
import { boundOf } from './given-bound.ts'
import { GivenLog } from './given-log.ts'
import { Lazy } from './lazy.ts'
import { loadPart } from './load-part.ts'
import type { PageMessage } from './messages.ts'
import { isMetered } from './metered.ts'
import { OriginMeter } from './origin-meter.ts'
import { paceText } from './pace-words.ts'
import { PeerChoice } from './peer-choice.ts'
import { hasRelay } from '../engine/net/has-relay.ts'
import type { StoreSource } from './store-source.ts'
import type { SwarmSnapshot } from './swarm-snapshot.ts'
import { mayHelp, modeOf, swarmSnapshot, type SwarmFacts, type SwarmWay } from './swarm-words.ts'
import { lacksSeeds } from './wait-words.ts'

export type ChoiceMessage = Extract<PageMessage, { type: 'peer-mode' | 'giving' | 'giving-cap' }>

export type RecipientSwarmStart = Readonly<{
  session: ShareSession
  helpKey: Bytes
  /** This page has WebRTC. */
  canConnect: boolean
  /** As it is now. */
  network: () => Network
  /** Loads the way to WebRTC. */
  ports: () => Promise<SwarmPorts>
  changed: () => void
}>

/** How the saves are doing. */
type Saves = Readonly<{ isBusy: boolean; isSavingSlow: boolean; awaitsSender: boolean }>

/** Less is not worth writing down. */
const LOGGED_BYTES = 1_000_000

/**
 * Others with the link that this page was opened with: whether they may help, what they bring, and what they are
 * given. Nobody but seeds is spoken to before the person said yes.
 */
export class RecipientSwarm implements Disposable {
  readonly #start: RecipientSwarmStart
  readonly #origins = new OriginMeter()
  #choice: PeerChoice | undefined
  #log: GivenLog | undefined
  #fixed: Privacy = 'direct'
  #swarm: ShareSwarm | undefined
  readonly #loading = new Lazy(() => this.#create())
  #store: StoreSource | undefined
  /** By that store. */
  #isRefused = false
  /** Of the chunks of the share, once all of it was saved. */
  #savedCount: number | undefined
  /** Of what this page gave, in the log. */
  #loggedBytes = 0
  /** What the swarm was told. */
  #boundSaid: number | undefined
  #said = ''
  #isLate = false
  #isOver = false

  constructor(start: RecipientSwarmStart) {
    this.#start = start
    const { session, canConnect } = start
    // A seed may be called whatever the person says: it knows this address as any server does.
    if (canConnect) session.setCaller(async (seed) => (await this.#loading.get()).callSeed(seed))
    void this.#begin()
  }

  /** @param isLacking - Something is waited for that no seed brings. @param saves - Those of this page, if any. */
  snapshotOf(isLacking: boolean, saves: Saves | undefined): SwarmSnapshot | undefined {
    const choice = this.#choice
    return choice && swarmSnapshot({ ...this.#facts(choice, isLacking), pace: this.#pace(saves) })
  }

  /** The others are looked for, or there already. */
  get isMet(): boolean {
    return modeOf(this.#way) !== 'seeds-only'
  }

  get peerCount(): number {
    return this.#swarm?.state.peerCount ?? 0
  }

  /** Others may have what no seed knows of: it is waited for, or the person is asked. */
  get mayHelp(): boolean {
    return mayHelp(this.#way)
  }

  /** What was saved stays in this browser for others, while the page is open. */
  get isKeeping(): boolean {
    return this.isMet && this.#choice?.isGiving === true
  }

  async take(message: ChoiceMessage): Promise<void> {
    const choice = this.#choice
    if (choice === undefined) return
    const kept = keep(choice, message)
    this.#apply()
    this.#start.changed()
    await kept
  }

  /** What is in the store others can get from here. */
  open(store: StoreSource): void {
    this.#store = store
    this.#swarm?.open(store)
    this.#swarm?.hold(store.indexes)
  }

  /** A chunk came to the store. */
  kept(index: number): void {
    this.#swarm?.hold([index])
    this.#completeIfWhole()
  }

  /** It came, and there is no room for it. */
  unkept(index: number): void {
    // What was on its way to a store that was let go of says nothing.
    this.#isRefused = this.#store !== undefined
    this.#swarm?.letPass([index])
  }

  /** The store was let go of. @param indexes - What was in it. */
  dropped(indexes: readonly number[]): void {
    this.#store = undefined
    this.#isRefused = false
    this.#swarm?.drop(indexes)
    this.#start.changed()
  }

  /** All of it was saved: nobody is called for it, though less of it may be in the store. */
  rest(chunkCount: number): void {
    this.#savedCount = chunkCount
    this.#completeIfWhole()
  }

  /** A save wants of it again. */
  seek(): void {
    this.#savedCount = undefined
    if (this.#store?.held.isFull !== true) this.#swarm?.seek()
  }

  count(source: ChunkSource, bytes: number): void {
    this.#origins.count(source, bytes, performance.now())
  }

  /** @param isLate - It seems to be over: until it shows that it is not, nobody gets it from here. */
  setLate(isLate: boolean): void {
    this.#isLate = isLate
  }

  /** Called a few times a second: connections change outside, as do the figures. */
  tick(): void {
    const isLacking = this.isMet && this.#swarm === undefined && !this.#isOver
    // What cannot be loaded now is tried again at the next tick.
    if (isLacking) this.#loading.get().catch(() => undefined)
    this.#swarm?.setServing(this.#isServing)
    this.#logGiven()
    this.#setBound()
    const said = JSON.stringify([this.#swarm?.state, this.#isServing])
    if (said !== this.#said) this.#start.changed()
    this.#said = said
  }

  [Symbol.dispose](): void {
    this.#isOver = true
    this.#swarm?.[Symbol.dispose]()
    this.#swarm = undefined
  }

  get #way(): SwarmWay {
    const { canConnect, network } = this.#start
    const isRelayed = hasRelay(network())
    return { chosen: this.#choice?.mode, fixed: this.#fixed, hasRelay: isRelayed, canConnect }
  }

  get #isServing(): boolean {
    return this.isKeeping && !this.#isLate && !isMetered()
  }

  /** Of this page, for 24 hours. */
  get #bound(): number | undefined {
    const { givenBytes = 0, dayBytes = 0 } = this.#swarm?.state ?? {}
    return boundOf({
      bytesMax: this.#choice?.dailyBytesMax,
      loggedBytes: this.#log?.bytes ?? 0,
      unloggedBytes: givenBytes - this.#loggedBytes,
      dayBytes,
    })
  }

  async #begin(): Promise<void> {
    ;[this.#choice, this.#log] = await Promise.all([PeerChoice.load(), GivenLog.load()])
    this.#apply()
    // Undefined where the session is over: then nobody is met any more.
    const genesis = await this.#start.session.genesis().catch(() => undefined)
    if (genesis === undefined) return
    this.#fixed = fixedPrivacy(genesis)
    this.#apply()
  }

  #apply(): void {
    this.#swarm?.setPrivacy(this.#choice?.mode ?? 'seeds-only')
    this.tick()
    this.#start.changed()
  }

  async #create(): Promise<ShareSwarm> {
    const { session, helpKey, ports } = this.#start
    const [{ ShareSwarm: Share }, found] = await Promise.all([
      loadPart(() => import('../engine/swarm/share-swarm.ts')),
      ports(),
    ])
    const privacy = this.#choice?.mode ?? 'seeds-only'
    const swarm = new Share({ ...found, session, helpKey, privacy })
    if (this.#isOver) {
      swarm[Symbol.dispose]()
      return swarm
    }
    this.#swarm = swarm
    swarm.setServing(this.#isServing)
    this.#setBound()
    if (this.#store !== undefined) this.open(this.#store)
    this.#completeIfWhole()
    return swarm
  }

  #logGiven(): void {
    const bytes = (this.#swarm?.state.givenBytes ?? 0) - this.#loggedBytes
    if (this.#log === undefined || bytes < LOGGED_BYTES) return
    this.#loggedBytes += bytes
    void this.#log.add(bytes)
  }

  /** It changes with what other pages give, and as the day of the log ends. */
  #setBound(): void {
    const [swarm, bound] = [this.#swarm, this.#bound]
    if (swarm === undefined || bound === this.#boundSaid) return
    this.#boundSaid = bound
    swarm.setDailyBytesMax(bound)
  }

  #completeIfWhole(): void {
    const { held } = this.#store ?? {}
    const chunkCount = held?.isFull === true ? held.chunkCount : this.#savedCount
    if (chunkCount !== undefined) this.#swarm?.complete(chunkCount)
  }

  #pace(saves: Saves | undefined): string | undefined {
    if (saves?.isBusy !== true) return undefined
    const nowMs = performance.now()
    return paceText({
      seeds: this.#origins.of('seed', nowMs),
      peers: this.#origins.of('peer', nowMs),
      isSavingSlow: saves.isSavingSlow,
      awaitsSender: saves.awaitsSender,
    })
  }

  #facts(choice: PeerChoice, isLacking: boolean): SwarmFacts {
    const { peerCount = 0, givenBytes = 0, dayBytes = 0 } = this.#swarm?.state ?? {}
    const nowMs = performance.now()
    return {
      ...this.#way,
      isSender: false,
      isUrgent: isLacking || lacksSeeds(this.#start.session.entries),
      peerCount,
      peerBytes: this.#origins.of('peer', nowMs).bytes,
      seedBytes: this.#origins.of('seed', nowMs).bytes,
      pace: undefined,
      giving: {
        isOn: choice.isGiving,
        isMetered: isMetered(),
        hasAny: this.#store !== undefined && this.#store.held.size > 0,
        isRefused: this.#isRefused,
        isLate: this.#isLate,
        givenBytes,
        isSpent: dayBytes >= (this.#bound ?? Infinity),
        dailyBytesMax: choice.dailyBytesMax,
      },
    }
  }
}

function keep(choice: PeerChoice, message: ChoiceMessage): Promise<void> {
  switch (message.type) {
    case 'peer-mode':
      return choice.keepMode(message.mode)
    case 'giving':
      return choice.keepGiving(message.isOn)
    case 'giving-cap':
      return choice.keepDailyBytesMax(message.bytes)
  }
}

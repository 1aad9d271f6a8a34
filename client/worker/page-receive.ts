import { TransferError } from '../../protocol/errors.ts'
import { deriveHelpKey, loadScrypt } from '../../protocol/key-schedule.ts'
import { safePaths } from '../../protocol/safe-path.ts'
import { totalBytesOf } from '../../protocol/share-index.ts'
import type { LinkToken } from '../../protocol/token.ts'
import type { Network } from '../engine/network.ts'
import { openContent, openKeys, type ShareContent } from '../engine/receive/share-content.ts'
import { ShareSession } from '../engine/receive/share-session.ts'
import type { SwarmPorts } from '../engine/swarm/share-swarm.ts'
import { browserSeen } from './browser-store.ts'
import type { SeedsAsked } from './custody-checks.ts'
import type { DownloadFault, PageMessage } from './messages.ts'
import { problemOf } from './problem.ts'
import { loadPart } from './load-part.ts'
import type { Announcement } from './save/page-save.ts'
import type { SaveDesk } from './save/save-desk.ts'
import { liveNews, titleOf } from './share-words.ts'
import { receivingWords } from './receiving-words.ts'
import { ReceiveCustody } from './receive-custody.ts'
import { ReceiveEnd } from './receive-end.ts'
import { RecipientSwarm } from './recipient-swarm.ts'
import { absentText, hasBusySeed, openingText } from './wait-words.ts'
import type { AppNews, EntrySnapshot, LiveNews, Problem, ReceivePhase } from './snapshot.ts'

export type ReceiveStart = Readonly<{
  link: LinkToken
  /** As it is now. */
  network: () => Network
  /** This page has WebRTC. */
  canConnect: boolean
  /** Loads the way to it. */
  ports: () => Promise<SwarmPorts>
  changed: () => void
  /** What the share holds is known: told once. */
  list: (entries: readonly EntrySnapshot[]) => void
  /** A save is ready for the browser to pull. */
  announce: (saveId: string, announcement: Announcement) => void
}>

type SaveMessage = Extract<PageMessage, { type: 'save' }>

const TICK_MS = 250
/** A link works from the second it is made, and the seeds hear of its share a moment later. */
const PATIENCE_MS = 10_000
/** Seeds that are there have answered by then. */
const EARLY_MS = 3000
/** How often seeds are asked whether a share that is open here has ended: others may get it from here. */
const SEALED_LOOK_MS = 60_000

/** The share that this page was opened with. */
export class PageReceive implements AsyncDisposable {
  readonly swarm: RecipientSwarm
  readonly #start: ReceiveStart
  readonly #session: ShareSession
  readonly #end: ReceiveEnd
  readonly #custody: ReceiveCustody
  #desk: SaveDesk | undefined
  #loadingDesk: Promise<SaveDesk> | undefined
  readonly #ticking: ReturnType<typeof setInterval>
  readonly #openedMs = performance.now()
  #content: ShareContent | undefined
  #paths: readonly string[] = []
  #title = ''
  #totalBytes = 0
  #phase: ReceivePhase = 'opening'
  #passwordWrong = false
  #isQuiet: boolean | undefined
  #isTrying = false
  #givePassword: ((text: string) => void) | undefined
  /** What ended it. */
  #failure: unknown
  /** Why the last save could not begin; the files can still be saved. */
  #refusal: unknown

  constructor(start: ReceiveStart) {
    this.#start = start
    this.#session = new ShareSession({
      shareId: start.link.shareId,
      helpKey: deriveHelpKey(start.link.secret),
      seeds: start.network().directory.seeds,
      seen: browserSeen,
      random: Math.random,
      sealedLookMs: SEALED_LOOK_MS,
    })
    this.#custody = new ReceiveCustody({ ...start, session: this.#session })
    this.swarm = new RecipientSwarm({
      ...start,
      session: this.#session,
      helpKey: deriveHelpKey(start.link.secret),
    })
    this.#end = new ReceiveEnd(this.#session, this.swarm)
    this.#ticking = setInterval(() => this.#tick(), TICK_MS)
    void this.#open()
  }

  get snapshot(): NonNullable<AppNews['receive']> {
    const checkpoint = this.#content?.session.record.accepted?.checkpoint
    return {
      phase: this.#phase,
      shareId: this.#start.link.shareId,
      title: this.#title,
      passwordWrong: this.#passwordWrong,
      live: this.#live,
      totalBytes: this.#totalBytes,
      expiresAtMs: checkpoint?.expiresAtMs,
      note: this.#note(),
      saves: this.#desk?.snapshots ?? [],
      custody: this.#custody.snapshots,
      swarm: this.swarm.snapshotOf(this.#isLacking(), this.#desk),
      problem: this.#problem,
    }
  }

  async askSeeds(asked: SeedsAsked): Promise<void> {
    await this.#custody.ask(asked)
  }

  givePassword(text: string): void {
    this.#isTrying = true
    this.#start.changed()
    this.#givePassword?.(text)
  }

  /** Takes the seeds of a newer directory. */
  takeSeeds(): void {
    this.#custody.takeSeeds()
    this.#session.setSeeds(this.#start.network().directory.seeds)
  }

  /** Somebody is there who may save, or ask the seeds. What does not come now is loaded when it is needed. */
  attend(): void {
    void Promise.allSettled([loadSaving(), this.#custody.checks.load()])
  }

  /** @param store - To where chunks are kept, if there is one. */
  async save(message: SaveMessage, store: MessagePort | undefined): Promise<void> {
    const content = this.#content
    if (content === undefined || this.#phase === 'failed') return
    this.#refusal = undefined
    const desk = await this.#openDesk(content, store)
    await desk?.save(message)
  }

  /** The browser does not take a save, or no more of it. */
  refuse(saveId: string, fault: DownloadFault): void {
    this.#desk?.refuse(saveId, fault)
  }

  serve(saveId: string, port: MessagePort): void {
    this.#desk?.serve(saveId, port)
  }

  cancel(saveId: string): void {
    this.#desk?.cancel(saveId)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#ticking)
    this.swarm[Symbol.dispose]()
    this.#desk?.stop()
    await this.#session[Symbol.asyncDispose]()
  }

  async #open(): Promise<void> {
    try {
      const ask = (isRetry: boolean): Promise<string> => this.#askPassword(isRetry)
      const keys = await openKeys(this.#session, this.#start.link.secret, ask)
      // The password was right. The list of files may be waited for.
      if (this.#phase === 'password') this.#phase = 'opening'
      this.#take(await openContent(this.#session, keys))
    } catch (cause) {
      this.#fail(cause)
    }
    this.#start.changed()
  }

  /** There is one for all saves. @returns undefined if it does not load: said, and tried anew at the next save. */
  async #openDesk(
    content: ShareContent,
    store: MessagePort | undefined,
  ): Promise<SaveDesk | undefined> {
    try {
      this.#loadingDesk ??= this.#loadDesk(content, store)
      return await this.#loadingDesk
    } catch (cause) {
      if (!(cause instanceof TransferError)) throw cause
      this.#loadingDesk = undefined
      this.#refusal = cause
      this.#start.changed()
      return undefined
    }
  }

  /** Most of the engine: whoever only looks does not load it. */
  async #loadDesk(content: ShareContent, store: MessagePort | undefined): Promise<SaveDesk> {
    const { SaveDesk: Desk, keeperOf } = await loadSaving()
    const keeper = store && keeperOf(store)
    this.#end.keeper = keeper
    const known = { content, keeper, paths: this.#paths, title: this.#title }
    this.#desk = new Desk({ ...this.#start, ...known, swarm: this.swarm })
    return this.#desk
  }

  #take(content: ShareContent): void {
    const { index } = content.layout
    this.#content = content
    // Names that are safe everywhere: nobody knows on which system the zip is opened.
    this.#paths = safePaths(
      index.map(({ path }) => path),
      { twins: 'rename', windows: true },
    )
    this.#title = titleOf(index)
    this.#totalBytes = totalBytesOf(index)
    const entries = index.map(({ size, type = '' }, i) => {
      const path = this.#paths[i] ?? ''
      return { path, size, type, isFolder: path.endsWith('/') }
    })
    this.#start.list(entries)
    this.#phase = 'ready'
    const { changed } = this.#start
    content.session.listen({ source: changed, gone: changed, published: changed })
  }

  #askPassword(isRetry: boolean): Promise<string> {
    const { promise, resolve } = Promise.withResolvers<string>()
    this.#givePassword = resolve
    this.#phase = 'password'
    void Promise.allSettled([loadScrypt()])
    this.#isTrying = false
    this.#passwordWrong = isRetry
    this.#start.changed()
    return promise
  }

  #tick(): void {
    this.#desk?.tick()
    this.swarm.tick()
    const { verdict, signal } = this.#session
    // Whoever comes early waits: for the seeds to hear of it, or for somebody who has it.
    const isPatient = this.#phase === 'opening' || this.swarm.mayHelp
    const isEarly = verdict?.code === 'SHARE_MISSING' && isPatient
    // No seed will ever serve it: saves that wait for one end with it.
    if (verdict !== undefined && !isEarly) this.#session.end(verdict)
    this.#end.tick(this.#desk?.isBusy === true)
    if (this.#phase !== 'failed' && signal.aborted) this.#fail(signal.reason)
    const isQuiet = this.#live?.isQuiet
    const isMoving = this.#desk?.isBusy === true || this.#phase === 'opening'
    if (isMoving || isQuiet !== this.#isQuiet) this.#start.changed()
    this.#isQuiet = isQuiet
  }

  #fail(cause: unknown): void {
    if (this.#phase === 'failed') return
    this.#phase = 'failed'
    this.#failure = cause
    this.#end.take(cause)
    void this.#session[Symbol.asyncDispose]()
    this.#start.changed()
  }

  get #problem(): Problem | undefined {
    const cause = this.#failure ?? this.#refusal
    return cause === undefined ? undefined : problemOf(cause, receivingWords)
  }

  get #live(): LiveNews | undefined {
    return liveNews(this.#content?.session.record.accepted?.checkpoint, Date.now())
  }

  /** Something is waited for that no seed brings. */
  #isLacking(): boolean {
    if (this.#phase !== 'opening') return this.#desk?.isLacking === true
    const waitsMs = performance.now() - this.#openedMs
    return waitsMs > EARLY_MS && !hasBusySeed(this.#session.entries)
  }

  #note(): string | undefined {
    if (this.#phase === 'password') return this.#isTrying ? 'Trying the password…' : undefined
    if (this.#phase === 'ready' && this.#desk?.isBusy === true)
      return absentText(this.#session.entries, this.#custody.custodians)
    if (this.#phase !== 'opening') return undefined
    return openingText({
      entries: this.#session.entries,
      isFresh: performance.now() - this.#openedMs < PATIENCE_MS,
      peerCount: this.swarm.peerCount,
      isMet: this.swarm.isMet,
    })
  }
}

/** @throws {TransferError} NETWORK_UNREACHABLE */
const loadSaving = async () =>
  loadPart(async () => ({
    ...(await import('./save/save-desk.ts')),
    ...(await import('./chunk-keeper.ts')),
  }))

import { TransferError } from '../../protocol/errors.ts'
import { openNetwork, type Network } from '../engine/network.ts'
import type { SwarmPorts } from '../engine/swarm/share-swarm.ts'
import { Bell } from '../engine/send/bell.ts'
import { AccessCode } from './access-code.ts'
import { browserNetworks, hasSends } from './browser-store.ts'
import { Lazy } from './lazy.ts'
import { loadPart } from './load-part.ts'
import type { PageMessage, WorkerMessage } from './messages.ts'
import { networkSnapshot } from './network-snapshot.ts'
import type { PageReceive } from './page-receive.ts'
import { parseLink } from './parse-link.ts'
import { failedReceive } from './receive-failure.ts'
import { PickedParts } from './picked-parts.ts'
import { problemOf, unsentWords } from './problem.ts'
import type { ChoiceMessage } from './recipient-swarm.ts'
import type { SendDesk, SendMessage } from './send-desk.ts'
import type { AppNews, Problem, SendOutcome } from './snapshot.ts'

const DRAW_MS = 100
/** While the network cannot be reached. */
const RETRY_MS = 5000
/** Seeds join, leave and fill up while a page is open. */
const REFRESH_MS = 60_000
const never = new AbortController().signal

type Tell = (message: WorkerMessage) => void
type StartMessage = Extract<PageMessage, { type: 'start' }>

/** Everything the page can ask for, and the one snapshot it draws. */
export class App {
  readonly #tell: Tell
  readonly #network = Promise.withResolvers<Network>()
  readonly #online = new Bell()
  #known: Network | undefined
  #isOffline = false
  #isOther = false
  readonly #origin = Promise.withResolvers<string>()
  readonly #canConnect = Promise.withResolvers<boolean>()
  readonly #rtc = Promise.withResolvers<MessagePort>()
  readonly #ports = new Lazy(() => this.#createPorts())
  #loadingCode: Promise<AccessCode> | undefined
  #code: AccessCode | undefined
  /** Loaded when it is needed: most pages are opened to look, or to receive. */
  readonly #loadingDesk = new Lazy(() => this.#createDesk())
  #desk: SendDesk | undefined
  #sendProblem: Problem | undefined
  #lastSend: SendOutcome | undefined
  #link: string | undefined
  #receive: PageReceive | undefined
  #receiveFailure: unknown
  /** To where chunks are kept. */
  #store: MessagePort | undefined
  #isAttended = false
  #isDrawing = false
  readonly #parts = new PickedParts()

  constructor(tell: Tell) {
    this.#tell = tell
    // Whoever needs it is told; nobody has to.
    this.#network.promise.catch(() => undefined)
  }

  take(message: PageMessage): void {
    this.#take(message).catch((cause: unknown) => this.crash(cause))
  }

  /** A mistake of ours. Its text may name files, so it goes to the person's own console only. */
  crash(cause: unknown): void {
    console.error(cause)
    const message = 'The part of this page that encrypts and sends ran into a mistake of ours.'
    this.#tell({ type: 'crashed', message })
  }

  async #take(message: PageMessage): Promise<void> {
    switch (message.type) {
      case 'start':
        return this.#start(message)
      case 'chunk-store':
        this.#store = message.port
        return undefined
      case 'rtc':
        this.#rtc.resolve(message.port)
        return undefined
      case 'attended':
        return this.#attend()
      case 'open':
        return this.#open(message.fragment)
      case 'retry':
        return this.#retry()
      case 'password':
        return this.#receive?.givePassword(message.text)
      case 'save':
        return this.#receive?.save(message, this.#store)
      case 'save-port':
        return this.#receive?.serve(message.saveId, message.port)
      case 'cancel-save':
        return this.#receive?.cancel(message.saveId)
      case 'download-fault':
        return this.#receive?.refuse(message.saveId, message.fault)
      case 'receipts':
      case 'challenge':
        return this.#askSeeds(message.shareId, message.type)
      case 'peer-mode':
      case 'giving':
      case 'giving-cap':
        return this.#choose(message)
      case 'files':
        this.#parts.add(message.files)
        return undefined
      default:
        return this.#takeSend(this.#parts.join(message))
    }
  }

  async #takeSend(message: SendMessage): Promise<void> {
    this.#sendProblem = undefined
    let shareId: string | undefined
    try {
      const network = await this.#network.promise
      shareId = await (await this.#loadingDesk.get()).take(message, this.#known ?? network)
    } catch (cause) {
      if (!(cause instanceof TransferError)) throw cause
      this.#sendProblem = { ...problemOf(cause, this.#desk?.words ?? unsentWords), canRetry: false }
    }
    if (message.type === 'send') this.#lastSend = { sendId: message.sendId, shareId }
    this.#changed()
  }

  async #start({ origin, canConnect }: StartMessage): Promise<void> {
    this.#origin.resolve(origin)
    this.#canConnect.resolve(canConnect)
    addEventListener('online', () => this.#online.ring())
    void this.#listUnfinished()
    while (!this.#isOther) {
      await this.#refresh(origin)
      await this.#online.wait(never, this.#isOffline ? RETRY_MS : REFRESH_MS)
    }
  }

  async #refresh(origin: string): Promise<void> {
    try {
      // What a browser that keeps nothing forgets, this page still knows.
      const network = await openNetwork(browserNetworks, origin, this.#known?.key)
      if (network.limits.grants === 'token') await this.#loadCode()
      this.#takeNetwork(network)
    } catch (cause) {
      if (!(cause instanceof TransferError)) throw cause
      if (cause.code === 'NETWORK_MISMATCH') this.#refuseNetwork(cause)
      // Nothing can be done before the directory is known; the page says so, and it is tried again.
      else this.#isOffline = true
      this.#changed()
    }
  }

  /** What answers now is not the network that this browser knew: nothing is sent to it, or asked of it. */
  #refuseNetwork(cause: TransferError): void {
    this.#isOther = true
    this.#network.reject(cause)
    this.#sendProblem = { ...problemOf(cause), canRetry: false }
  }

  /** Whoever came to receive has no eye for it. */
  async #listUnfinished(): Promise<void> {
    if ((await hasSends()) && this.#link === undefined) await this.#loadDesk()
  }

  async #attend(): Promise<void> {
    this.#isAttended = true
    this.#receive?.attend()
    if (this.#link === undefined) await this.#loadDesk()
  }

  /** What cannot be loaded now is loaded when it is asked for, and then its lack is said. */
  async #loadDesk(): Promise<void> {
    try {
      await this.#loadingDesk.get()
    } catch (cause) {
      if (!(cause instanceof TransferError)) throw cause
    }
  }

  async #createDesk(): Promise<SendDesk> {
    const { SendDesk: Desk } = await loadPart(() => import('./send-desk.ts'))
    const [origin, code] = await Promise.all([this.#origin.promise, this.#loadCode()])
    const swarm = (await this.#canConnect.promise) ? await this.#ports.get() : undefined
    const desk = new Desk({
      origin,
      code,
      swarm,
      network: () => this.#known,
      tell: this.#tell,
      changed: () => this.#changed(),
    })
    await desk.refresh()
    this.#desk = desk
    return desk
  }

  async #loadCode(): Promise<AccessCode> {
    this.#loadingCode ??= this.#origin.promise.then((origin) => AccessCode.load(origin))
    this.#code = await this.#loadingCode
    return this.#code
  }

  /** One way to WebRTC, which the page has, for all shares. */
  async #createPorts(): Promise<SwarmPorts> {
    const [{ createSwarmPorts }, network] = await Promise.all([
      loadPart(() => import('./swarm-ports.ts')),
      this.#network.promise,
    ])
    this.#tell({ type: 'rtc-wanted' })
    return createSwarmPorts(await this.#rtc.promise, () => this.#known ?? network)
  }

  #takeNetwork(network: Network): void {
    const isNews = this.#known?.directory.version !== network.directory.version
    this.#known = network
    this.#isOffline = !network.isFresh
    this.#network.resolve(network)
    if (isNews) this.#receive?.takeSeeds()
    this.#changed()
  }

  async #open(fragment: string): Promise<void> {
    this.#link = fragment
    try {
      const link = parseLink(fragment)
      this.#changed()
      const [{ PageReceive: Receive }, network] = await Promise.all([
        loadPart(() => import('./page-receive.ts')),
        this.#network.promise,
      ])
      this.#receive = new Receive({
        link,
        network: () => this.#known ?? network,
        canConnect: await this.#canConnect.promise,
        ports: () => this.#ports.get(),
        changed: () => this.#changed(),
        list: (entries) => this.#tell({ type: 'entries', entries }),
        announce: (saveId, ready) => this.#tell({ type: 'save-ready', saveId, ...ready }),
      })
      if (this.#isAttended) this.#receive.attend()
    } catch (cause) {
      this.#receiveFailure = cause
    }
    this.#changed()
  }

  async #retry(): Promise<void> {
    await this.#receive?.[Symbol.asyncDispose]()
    this.#receive = undefined
    this.#receiveFailure = undefined
    if (this.#link !== undefined) await this.#open(this.#link)
  }

  async #choose(message: ChoiceMessage): Promise<void> {
    if (message.type === 'giving') this.#desk?.setGiving(message.shareId, message.isOn)
    await this.#receive?.swarm.take(message)
  }

  async #askSeeds(shareId: string, asked: 'receipts' | 'challenge'): Promise<void> {
    const send = this.#desk?.sends.find((one) => one.shareId === shareId)
    // Seeds that cannot be asked show as such; there is nothing else to say.
    await (send ?? this.#receive)?.askSeeds(asked).catch(() => undefined)
  }

  /** Many changes are one drawing. */
  #changed(): void {
    if (this.#isDrawing) return
    this.#isDrawing = true
    setTimeout(() => {
      this.#isDrawing = false
      this.#tell({ type: 'snapshot', snapshot: this.#snapshot() })
    }, DRAW_MS)
  }

  #snapshot(): AppNews {
    return {
      network: networkSnapshot(this.#known, {
        isOffline: this.#isOffline,
        hasCode: this.#code?.isKept ?? false,
      }),
      sends: this.#desk?.sends.map(({ snapshot }) => snapshot) ?? [],
      sendProblem: this.#sendProblem,
      lastSend: this.#lastSend,
      unfinished: this.#desk?.unfinished ?? [],
      receive:
        this.#receiveFailure === undefined
          ? this.#receive?.snapshot
          : failedReceive(this.#receiveFailure),
    }
  }
}

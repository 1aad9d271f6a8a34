import { FRAMES_BEFORE_HELLO_MAX } from '../limits.ts'
import type { Bye } from '../wire/bye.ts'
import { claimedSeq } from '../wire/checkpoint.ts'
import type { Frame } from '../wire/frame.ts'
import type { Hello } from '../wire/hello.ts'
import { FrameBudget } from './frame-budget.ts'
import { HaveMap } from './have-map.ts'
import { helloTo } from './hello-frame.ts'
import type { SessionEffect, SessionEvent } from './session-event.ts'
import { SessionFetch } from './session-fetch.ts'
import { SessionServe, type ServeBounds } from './session-serve.ts'
import type { ShareView } from './share-view.ts'

export type SessionOptions = ServeBounds &
  Readonly<{
    share: ShareView
    /** The other end is a seed: it is shown the readToken. */
    isSeed: boolean
  }>

/** Who says nothing when the channel opens is no peer. */
const HELLO_WAIT_MS = 15_000

const NOTHING: readonly SessionEffect[] = []

/**
 * One connection to a peer or seed, from the open channel to its end: who it is, what it has, what each end asked
 * of the other, and how much the other may say. Holds no socket and no clock. After `close` it says nothing more.
 */
export class PeerSession {
  /** What it says it has. */
  readonly theirs = new HaveMap()
  readonly #share: ShareView
  readonly #isSeed: boolean
  readonly #fetch: SessionFetch
  readonly #serve: SessionServe
  readonly #budget = new FrameBudget()
  /** What came before its hello, undefined after it. */
  #early: Exclude<Frame, Hello | Bye>[] | undefined = []
  #openedMs: number | undefined
  #isClosed = false
  /** It was shown the readToken, if it is a seed. */
  #isShown = false
  /** The newest checkpoint that it has, as far as is known. */
  #theirSeq = 0
  #effects: SessionEffect[] = []

  constructor({ share, isSeed, ...bounds }: SessionOptions) {
    this.#share = share
    this.#isSeed = isSeed
    const voice = {
      send: (frame: Frame) => void this.#effects.push({ type: 'send', frame }),
      emit: (effect: SessionEffect) => void this.#effects.push(effect),
      end: (reason: Bye['reason']) => this.#end(reason),
    }
    this.#fetch = new SessionFetch(voice, this.theirs)
    this.#serve = new SessionServe(voice, share.mine, bounds)
  }

  /** It said hello, and is still there. */
  get isReady(): boolean {
    return this.#early === undefined && !this.#isClosed
  }

  /** Whether it may be asked for chunks. */
  get mayAsk(): boolean {
    return this.#fetch.mayAsk && this.isReady
  }

  /** Whether it may ask us. */
  get isServed(): boolean {
    return this.#serve.isOpen
  }

  /** Chunks that it asked for and that have not come to it, as far as can be told from here. */
  get pendingCount(): number {
    return this.#serve.pendingCount
  }

  /** When the next `tick` is due, undefined while only other events can change anything. */
  get deadlineMs(): number | undefined {
    if (this.#isClosed || this.#openedMs === undefined) return undefined
    if (this.#early !== undefined) return this.#openedMs + HELLO_WAIT_MS
    const { deadlineMs: fetchMs = Infinity } = this.#fetch
    const { deadlineMs: serveMs = Infinity } = this.#serve
    const dueMs = Math.min(fetchMs, serveMs)
    return dueMs === Infinity ? undefined : dueMs
  }

  /** Takes one event and returns what the caller must now do, in order. */
  step(event: SessionEvent, nowMs: number): readonly SessionEffect[] {
    if (this.#isClosed) return NOTHING
    this.#effects = []
    this.#take(event, nowMs)
    return this.#effects
  }

  #take(event: SessionEvent, nowMs: number): void {
    switch (event.type) {
      case 'open':
        this.#openedMs = nowMs
        return this.#greet()
      case 'genesis':
        return this.#greetAgain()
      case 'frame':
        return this.#takeFrame(event.frame, nowMs)
      case 'sent':
        return this.#serve.setUnsent(event.unsentBytes)
      case 'want':
        return this.#fetch.want(event.index, nowMs)
      case 'unwant':
        return this.#fetch.unwant(event.index)
      case 'arrived':
        return this.#fetch.letPass(event.index)
      case 'verdict':
        return this.#fetch.judge(event.isGood)
      case 'slot':
        return this.#setSlot(event.isOpen, nowMs)
      case 'read':
        return this.#serve.takeRead(event.index, event.sealed)
      case 'unread':
        return this.#serve.takeUnread(event.index, event.reason)
      case 'tell':
        return this.#tell(event.frames)
      case 'ask':
        return this.#fetch.ask(event.ask, nowMs)
      case 'answer':
        return this.#serve.answer(event.frame)
      case 'no-answer':
        return this.#serve.refuse(event.ask, event.reason)
      case 'end':
        return this.#end(event.reason)
      case 'close':
        return this.#close('idle', false)
      case 'tick':
        return this.#expire(nowMs)
    }
  }

  #greet(): void {
    const hello = helloTo(this.#share, this.#isSeed)
    this.#isShown = hello.readToken !== undefined
    this.#send(hello)
  }

  /** A seed that was called without the genesis serves nothing before it is shown the readToken. */
  #greetAgain(): void {
    const isDue = this.#isSeed && this.isReady && !this.#isShown
    if (isDue && this.#share.readToken !== undefined) this.#greet()
  }

  #takeFrame(frame: Frame, nowMs: number): void {
    if (!this.#budget.take(frame, nowMs)) return this.#end('misbehaved')
    if (frame.type === 'bye') return this.#close(frame.reason, false)
    if (frame.type === 'hello') return this.#takeHello(frame, nowMs)
    if (this.#early === undefined) return this.#takeReady(frame, nowMs)
    // Others may overtake the hello, but nothing large: nothing was asked for yet.
    const isLarge = frame.type === 'chunk' || frame.type === 'hashes' || frame.type === 'index'
    if (isLarge || this.#early.length >= FRAMES_BEFORE_HELLO_MAX) return this.#end('misbehaved')
    this.#early.push(frame)
    return undefined
  }

  #takeHello(hello: Hello, nowMs: number): void {
    const early = this.#early
    if (early === undefined || hello.shareId !== this.#share.shareId) return this.#end('misbehaved')
    this.#early = undefined
    this.#theirSeq = hello.seq
    this.#effects.push({ type: 'hello', hello })
    // Another one may have shown the genesis meanwhile.
    this.#greetAgain()
    for (const frame of this.#share.mine.tellAll()) this.#send(frame)
    this.#tellCheckpoint()
    if (this.#serve.isOpen) this.#send({ type: 'slot', isOpen: true })
    for (const frame of early) if (!this.#isClosed) this.#takeReady(frame, nowMs)
    return undefined
  }

  #takeReady(frame: Exclude<Frame, Hello | Bye>, nowMs: number): void {
    switch (frame.type) {
      case 'have': {
        const indexes = this.theirs.take(frame)
        if (indexes.length === 0) return undefined
        this.#serve.takeGained(indexes)
        return void this.#effects.push({ type: 'gained', indexes })
      }
      case 'slot':
        return this.#fetch.takeSlot(frame.isOpen)
      case 'request':
        return this.#serve.takeRequest(frame.chunks)
      case 'cancel':
        return this.#serve.takeCancel(frame.chunks)
      case 'chunk':
        return this.#fetch.takeChunk(frame, nowMs)
      case 'reject':
        return this.#fetch.takeReject(frame)
      case 'checkpoint':
        this.#theirSeq = Math.max(this.#theirSeq, claimedSeq(frame.bytes))
        this.#effects.push({ type: 'checkpoint', bytes: frame.bytes })
        return undefined
      case 'ask':
        return this.#serve.takeAsk(frame, nowMs)
      case 'hashes':
      case 'index':
        return this.#fetch.takePart(frame)
    }
  }

  #setSlot(isOpen: boolean, nowMs: number): void {
    if (this.#serve.setOpen(isOpen, nowMs) && this.isReady) this.#send({ type: 'slot', isOpen })
  }

  /** Before the hello of the other nothing is told: it is told all there. */
  #tell(frames: readonly Frame[]): void {
    if (!this.isReady) return
    for (const frame of frames) this.#send(frame)
    this.#tellCheckpoint()
  }

  #tellCheckpoint(): void {
    const { seq, checkpoint } = this.#share
    if (checkpoint === undefined || seq <= this.#theirSeq) return
    this.#theirSeq = seq
    this.#send({ type: 'checkpoint', bytes: checkpoint })
  }

  #expire(nowMs: number): void {
    if (this.#early === undefined) {
      this.#fetch.expire(nowMs)
      return this.#isClosed ? undefined : this.#serve.expire(nowMs)
    }
    const openedMs = this.#openedMs ?? nowMs
    return nowMs < openedMs + HELLO_WAIT_MS ? undefined : this.#end('idle')
  }

  #send(frame: Frame): void {
    this.#effects.push({ type: 'send', frame })
  }

  #end(reason: Bye['reason']): void {
    if (this.#isClosed) return
    this.#send({ type: 'bye', reason })
    this.#close(reason, reason === 'misbehaved')
  }

  #close(reason: Bye['reason'], isBan: boolean): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#fetch.giveUp()
    this.#serve.giveUp()
    this.#effects.push({ type: 'close', reason, isBan })
  }
}

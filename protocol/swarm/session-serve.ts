import type { Bytes } from '../bytes.ts'
import { TokenBucket } from '../custody/token-bucket.ts'
import { LINK_UNSENT_BYTES_MAX, PARTS_ASKED_MAX, PARTS_SERVED } from '../limits.ts'
import { askedBytes, type Ask } from '../wire/ask.ts'
import type { Hashes } from '../wire/hashes.ts'
import type { IndexSlice } from '../wire/index-slice.ts'
import type { Reject } from '../wire/reject.ts'
import type { HaveMap } from './have-map.ts'
import { ServedChunks } from './served-chunks.ts'
import type { SessionVoice } from './session-voice.ts'
import { SlotWord } from './slot-word.ts'

/** Chunks that are read for one peer at a time. */
const READING_MAX = 4

/** Whether so many bytes of hashes or the index may be given to anybody now: what it lets through is counted. */
export type PartGate = (bytes: number, nowMs: number) => boolean

export type ServeBounds = Readonly<{
  /** How many chunks it may have asked of us at a time. */
  requestsMax: number
  mayGiveParts: PartGate
}>

/** The half of a session that gives: what we owe the other, as far as it may ask. */
export class SessionServe {
  readonly #voice: SessionVoice
  readonly #mine: HaveMap
  readonly #chunks: ServedChunks
  readonly #parts = new Set<string>()
  readonly #partBudget = new TokenBucket(PARTS_SERVED)
  readonly #mayGiveParts: PartGate
  readonly #slot = new SlotWord()
  #unsentBytes = 0

  constructor(voice: SessionVoice, mine: HaveMap, bounds: ServeBounds) {
    this.#voice = voice
    this.#mine = mine
    this.#chunks = new ServedChunks(bounds.requestsMax)
    this.#mayGiveParts = bounds.mayGiveParts
  }

  get isOpen(): boolean {
    return this.#slot.isOpen
  }

  /** Chunks that it asked for and that have not come to it, as far as can be told from here. */
  get pendingCount(): number {
    return this.#chunks.pendingCount
  }

  get deadlineMs(): number | undefined {
    return this.#slot.deadlineMs
  }

  /** What it asked for while it was open is still served. @returns False if it was so before. */
  setOpen(isOpen: boolean, nowMs: number): boolean {
    return this.#slot.set(isOpen, nowMs)
  }

  expire(nowMs: number): void {
    if (this.#slot.expire(this.pendingCount > 0, nowMs)) this.#nameSlot()
  }

  setUnsent(bytes: number): void {
    this.#unsentBytes = bytes
    this.#readNext()
  }

  takeRequest(indexes: readonly number[]): void {
    const byReason = Map.groupBy(indexes, (index) => this.#refusal(index))
    for (const [reason, refused] of byReason) {
      if (reason === undefined) continue
      this.#voice.send({ type: 'reject', what: 'chunks', reason, indexes: refused })
      // It was told, and an older word may have come after that one.
      if (reason === 'busy' && !this.isOpen) this.#nameSlot()
    }
    this.#readNext()
  }

  takeCancel(indexes: readonly number[]): void {
    for (const index of indexes) {
      if (this.#chunks.cancel(index)) this.#voice.emit({ type: 'unserve', index })
    }
  }

  takeRead(index: number, sealed: Bytes): void {
    if (this.#chunks.settle(index)) {
      this.#chunks.give(index)
      this.#voice.send({ type: 'chunk', index, sealed })
    }
    this.#readNext()
  }

  takeUnread(index: number, reason: Reject['reason']): void {
    if (this.#chunks.settle(index)) {
      this.#voice.send({ type: 'reject', what: 'chunks', reason, indexes: [index] })
    }
    this.#readNext()
  }

  /** What it says it has now has come to it. */
  takeGained(indexes: readonly number[]): void {
    for (const index of indexes) this.#chunks.arrive(index)
  }

  takeAsk(ask: Ask, nowMs: number): void {
    const key = `${ask.what} ${ask.first}`
    if (this.#parts.has(key)) return undefined
    if (!this.#mayGivePart(askedBytes(ask), nowMs)) return this.#rejectPart(ask, 'busy')
    this.#parts.add(key)
    return this.#voice.emit({ type: 'serve-part', ask })
  }

  answer(frame: Hashes | IndexSlice): void {
    const what = frame.type === 'index' ? 'index' : frame.what
    if (this.#parts.delete(`${what} ${frame.first}`)) this.#voice.send(frame)
  }

  refuse(ask: Ask, reason: Reject['reason']): void {
    if (this.#parts.delete(`${ask.what} ${ask.first}`)) this.#rejectPart(ask, reason)
  }

  /** Nothing is owed any more: the session is over. */
  giveUp(): void {
    for (const index of this.#chunks.clear()) this.#voice.emit({ type: 'unserve', index })
  }

  /** Takes the request in, unless there is a reason not to. */
  #refusal(index: number): Reject['reason'] | undefined {
    if (!this.#mine.has(index)) return 'missing'
    return this.isOpen ? this.#chunks.take(index) : 'busy'
  }

  #mayGivePart(bytes: number, nowMs: number): boolean {
    if (this.#parts.size >= PARTS_ASKED_MAX) return false
    return this.#mayGiveParts(bytes, nowMs) && this.#partBudget.take(nowMs, bytes)
  }

  #readNext(): void {
    while (this.#unsentBytes < LINK_UNSENT_BYTES_MAX) {
      const index = this.#chunks.next(READING_MAX)
      if (index === undefined) return
      this.#voice.emit({ type: 'serve', index })
    }
  }

  #nameSlot(): void {
    this.#voice.send({ type: 'slot', isOpen: this.isOpen })
  }

  #rejectPart(ask: Ask, reason: Reject['reason']): void {
    this.#voice.send({ type: 'reject', what: ask.what, reason, indexes: [ask.first] })
  }
}

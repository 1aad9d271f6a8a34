import { assert } from '../errors.ts'
import type { PeerId } from './peer-id.ts'
import { UploadPace } from './upload-pace.ts'
import { UploadTurn } from './upload-turn.ts'

export type SlotsOptions = Readonly<{
  /** How many are served at a time at most: fewer on a slow line. */
  slotCount: number
  /** Of what may be given within 24 hours; no bound if undefined. */
  dailyBytesMax: number | undefined
}>

export type SlotsEvent =
  /** It has these, as far as it says: looked at whenever somebody is chosen. */
  | { type: 'join'; peer: PeerId; theirs: Readonly<{ size: number }> }
  | { type: 'leave'; peer: PeerId }
  /** Whether there is something here that it lacks. */
  | { type: 'interest'; peer: PeerId; isInterested: boolean }
  /** A chunk went out to it. */
  | { type: 'given'; peer: PeerId; bytes: number }
  /** How many chunks it asked for that have not come to it. */
  | { type: 'pending'; peer: PeerId; count: number }
  /** The person's switch. */
  | { type: 'switch'; isOn: boolean }
  /** The person's bound, in the place of the one before. */
  | { type: 'daily-bound'; bytesMax: number | undefined }
  | { type: 'tick' }

export type SlotsEffect = Readonly<{ type: 'slot'; peer: PeerId; isOpen: boolean }>

const DAY_MS = 86_400_000

/**
 * Who may ask us for chunks now. Slots go round among those who lack something that is here, longest waiting first;
 * one slot is for whoever got least so far, so that a newcomer soon has something to pass on. A turn ends after
 * some chunks or some time once others wait, and at once where it is not used.
 */
export class UploadSlots {
  readonly #pace: UploadPace
  readonly #turns = new Map<PeerId, UploadTurn>()
  #isOn = true
  #lastPlace = 0
  #dueMs = Infinity
  #dayMs = -Infinity
  #dayBytes = 0
  #givenBytes = 0
  #dailyBytesMax: number
  #effects: SlotsEffect[] = []

  constructor(options: SlotsOptions) {
    this.#dailyBytesMax = options.dailyBytesMax ?? Infinity
    this.#pace = new UploadPace(options.slotCount)
  }

  /** Given at all. */
  get givenBytes(): number {
    return this.#givenBytes
  }

  /** Given within the current 24 hours. */
  get dayBytes(): number {
    return this.#dayBytes
  }

  /** When the next `tick` is due, or earlier. */
  get deadlineMs(): number | undefined {
    return this.#dueMs === Infinity ? undefined : this.#dueMs
  }

  step(event: SlotsEvent, nowMs: number): SlotsEffect[] {
    this.#effects = []
    this.#startDay(nowMs)
    if (this.#take(event, nowMs)) this.#decide(nowMs)
    return this.#effects
  }

  /** @returns Whether a place may have come free, or somebody waits anew. */
  #take(event: SlotsEvent, nowMs: number): boolean {
    switch (event.type) {
      case 'join':
        assert(!this.#turns.has(event.peer), 'a peer to join once')
        this.#turns.set(event.peer, new UploadTurn(event.theirs))
        return false
      case 'leave':
        return this.#turns.delete(event.peer)
      case 'interest':
        return this.#setInterested(event.peer, event.isInterested)
      case 'pending':
        return this.#setPending(event.peer, event.count, nowMs)
      case 'given':
        this.#turns.get(event.peer)?.give(nowMs)
        this.#dayBytes += event.bytes
        this.#givenBytes += event.bytes
        return true
      case 'switch':
        this.#isOn = event.isOn
        return true
      case 'daily-bound':
        this.#dailyBytesMax = event.bytesMax ?? Infinity
        return true
      case 'tick':
        return true
    }
  }

  #startDay(nowMs: number): void {
    if (nowMs < this.#dayMs + DAY_MS) return
    this.#dayMs = nowMs
    this.#dayBytes = 0
  }

  #setInterested(peer: PeerId, isInterested: boolean): boolean {
    const turn = this.#turns.get(peer)
    if (turn === undefined || turn.isInterested === isInterested) return false
    turn.isInterested = isInterested
    turn.place = this.#nextPlace()
    return true
  }

  /** @returns Whether a place may have come free. */
  #setPending(peer: PeerId, count: number, nowMs: number): boolean {
    const turn = this.#turns.get(peer)
    if (turn === undefined || turn.pendingCount === count) return false
    const slotCount = this.#pace.count
    for (const chunkMs of turn.setPending(count, nowMs)) this.#pace.take(chunkMs)
    return count === 0 || this.#pace.count > slotCount
  }

  #nextPlace(): number {
    this.#lastPlace += 1
    return this.#lastPlace
  }

  #decide(nowMs: number): void {
    const isSpent = this.#isSpent()
    const isServing = this.#isOn && !isSpent
    this.#dueMs = isSpent ? this.#dayMs + DAY_MS : Infinity
    for (const [peer, turn] of this.#turns) {
      if (turn.isOpen && (!isServing || turn.isSated)) this.#close(peer, turn)
    }
    if (!isServing) return
    let freeCount = this.#pace.count - this.#placeCount(nowMs)
    // One turn ends for each that waits: nobody leaves a place that nobody takes.
    for (let waitCount = this.#waitCount(nowMs) - freeCount; waitCount > 0; waitCount -= 1) {
      if (!this.#closeOldest(nowMs)) break
    }
    freeCount = this.#pace.count - this.#placeCount(nowMs)
    while (freeCount > 0 && this.#openNext(nowMs)) freeCount -= 1
    this.#await(nowMs)
  }

  /** What is pending only moves what is due to later, until it is decided anew. */
  #await(nowMs: number): void {
    const isWaited = this.#waitCount(nowMs) > 0
    this.#dueMs = Infinity
    for (const turn of this.#turns.values()) {
      const endMs = turn.placeEndsMs(isWaited) ?? Infinity
      if (endMs > nowMs) this.#dueMs = Math.min(this.#dueMs, endMs)
    }
  }

  #close(peer: PeerId, turn: UploadTurn): void {
    turn.close()
    turn.place = this.#nextPlace()
    this.#effects.push({ type: 'slot', peer, isOpen: false })
  }

  /** @returns False if no turn is over. */
  #closeOldest(nowMs: number): boolean {
    let oldest: [PeerId, UploadTurn] | undefined
    for (const entry of this.#turns) {
      const turn = entry[1]
      if (!turn.isOpen || !turn.isOver(nowMs)) continue
      if (oldest === undefined || turn.openedMs < oldest[1].openedMs) oldest = entry
    }
    if (oldest === undefined) return false
    this.#close(...oldest)
    return true
  }

  /** @returns False if nobody waits. */
  #openNext(nowMs: number): boolean {
    const isOptimistic = !this.#hasOptimistic()
    let next: [PeerId, UploadTurn] | undefined
    for (const entry of this.#turns) {
      const turn = entry[1]
      // Chunks of its last turn are still on their way to it: its place is still taken.
      if (!turn.isWaiting || turn.holdsPlace(nowMs)) continue
      if (next === undefined || isBefore(turn, next[1], isOptimistic)) next = entry
    }
    if (next === undefined) return false
    next[1].open(isOptimistic, nowMs)
    this.#effects.push({ type: 'slot', peer: next[0], isOpen: true })
    return true
  }

  #hasOptimistic(): boolean {
    for (const turn of this.#turns.values()) if (turn.isOptimistic) return true
    return false
  }

  #placeCount(nowMs: number): number {
    let count = 0
    for (const turn of this.#turns.values()) if (turn.holdsPlace(nowMs)) count += 1
    return count
  }

  /** Those who would take a place at once. */
  #waitCount(nowMs: number): number {
    let count = 0
    for (const turn of this.#turns.values()) {
      if (turn.isWaiting && !turn.holdsPlace(nowMs)) count += 1
    }
    return count
  }

  #isSpent(): boolean {
    return this.#dayBytes >= this.#dailyBytesMax
  }
}

function isBefore(a: UploadTurn, b: UploadTurn, isOptimistic: boolean): boolean {
  return isOptimistic && a.heldCount !== b.heldCount ? a.heldCount < b.heldCount : a.place < b.place
}

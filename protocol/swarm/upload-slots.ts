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
  /** Hashes or a part of the index went out: that takes nobody's turn. */
  | { type: 'told'; bytes: number }
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
 * one slot is for whoever got least for the time that it is here, so that those who came while little was to be had
 * are not the last to have all. Newcomers come first, so that they soon have something to pass on. A turn ends after
 * some chunks or some time once others wait, and at once where it is not used.
 */
export class UploadSlots {
  readonly #pace: UploadPace
  readonly #turns = new Map<PeerId, UploadTurn>()
  /** Those of them that are open. */
  readonly #open = new Set<UploadTurn>()
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

  /** Anybody is served at all. */
  get isServing(): boolean {
    return this.#isOn && !this.#isSpent()
  }

  /** Whose turn it is and who asks for nothing: each is named once, until it has asked. */
  takeUnused(): readonly PeerId[] {
    const unused: PeerId[] = []
    for (const turn of this.#open) if (turn.takeUnused()) unused.push(turn.peer)
    return unused
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
        this.#join(event.peer, event.theirs, nowMs)
        return false
      case 'leave':
        return this.#leave(event.peer)
      case 'interest':
        return this.#setInterested(event.peer, event.isInterested)
      case 'pending':
        return this.#setPending(event.peer, event.count, nowMs)
      case 'given':
        this.#turns.get(event.peer)?.give(nowMs)
        this.#addGiven(event.bytes)
        return true
      case 'told':
        this.#addGiven(event.bytes)
        return this.#isSpent()
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

  #addGiven(bytes: number): void {
    this.#dayBytes += bytes
    this.#givenBytes += bytes
  }

  #join(peer: PeerId, theirs: Readonly<{ size: number }>, nowMs: number): void {
    assert(!this.#turns.has(peer), 'a peer to join once')
    this.#turns.set(peer, new UploadTurn(peer, theirs, { pace: this.#pace, nowMs }))
  }

  #leave(peer: PeerId): boolean {
    const turn = this.#turns.get(peer)
    if (turn === undefined) return false
    this.#open.delete(turn)
    return this.#turns.delete(peer)
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
    for (const chunkMs of turn.setPending(count, nowMs)) this.#pace.take(chunkMs, nowMs)
    return count === 0 || this.#pace.count > slotCount
  }

  #nextPlace(): number {
    this.#lastPlace += 1
    return this.#lastPlace
  }

  #decide(nowMs: number): void {
    const isSpent = this.#isSpent()
    const { isServing } = this
    this.#dueMs = isSpent ? this.#dayMs + DAY_MS : Infinity
    for (const turn of this.#open) if (!isServing || turn.isSated) this.#close(turn, nowMs)
    if (!isServing) return
    const { freeCount, waitCount } = this.#count(nowMs)
    // One turn ends for each that waits: nobody leaves a place that nobody takes.
    const isClosed = this.#closeOldest(waitCount - freeCount, nowMs)
    let openCount = isClosed ? this.#count(nowMs).freeCount : freeCount
    while (openCount > 0 && this.#openNext(nowMs)) openCount -= 1
    this.#await(nowMs)
  }

  /**
   * Places that nobody holds, less than 0 once there are fewer places; and those who would take one at once. One of
   * those in doubt is free: if what it is given arrives, they stall and not our line.
   */
  #count(nowMs: number): Readonly<{ freeCount: number; waitCount: number }> {
    let [freeCount, waitCount, isDoubtful] = [this.#pace.count, 0, false]
    for (const turn of this.#turns.values()) {
      if (turn.holdsPlace(nowMs)) freeCount -= 1
      else if (turn.isWaiting && !turn.isResting(nowMs)) waitCount += 1
      isDoubtful ||= turn.isDoubtful(nowMs)
    }
    return { freeCount: isDoubtful ? freeCount + 1 : freeCount, waitCount }
  }

  /** What is pending only moves what is due to later, until it is decided anew. */
  #await(nowMs: number): void {
    const isWaited = this.#count(nowMs).waitCount > 0
    this.#dueMs = Infinity
    for (const turn of this.#turns.values()) {
      const endMs = turn.placeEndsMs(isWaited, nowMs) ?? Infinity
      if (endMs > nowMs && endMs < this.#dueMs) this.#dueMs = endMs
    }
  }

  #close(turn: UploadTurn, nowMs: number): void {
    this.#open.delete(turn)
    turn.close(nowMs)
    turn.place = this.#nextPlace()
    this.#effects.push({ type: 'slot', peer: turn.peer, isOpen: false })
  }

  /** @returns Whether one of up to `count` turns was over, the oldest first. */
  #closeOldest(count: number, nowMs: number): boolean {
    if (count <= 0) return false
    const over = [...this.#open].filter((turn) => turn.isOver(nowMs))
    for (const turn of over.toSorted((a, b) => a.openedMs - b.openedMs).slice(0, count)) {
      this.#close(turn, nowMs)
    }
    return over.length > 0
  }

  /** @returns False if nobody waits. */
  #openNext(nowMs: number): boolean {
    const isOptimistic = !this.#hasOptimistic()
    let next: UploadTurn | undefined
    for (const turn of this.#turns.values()) {
      // Chunks of its last turn are still on their way to it: its place is still taken.
      if (!turn.isWaiting || turn.holdsPlace(nowMs)) continue
      if (next === undefined || isBefore(turn, next, { isOptimistic, nowMs })) next = turn
    }
    if (next === undefined) return false
    this.#open.add(next)
    next.open(isOptimistic, nowMs)
    this.#effects.push({ type: 'slot', peer: next.peer, isOpen: true })
    return true
  }

  #hasOptimistic(): boolean {
    for (const turn of this.#open) if (turn.isOptimistic) return true
    return false
  }

  #isSpent(): boolean {
    return this.#dayBytes >= this.#dailyBytesMax
  }
}

function isBefore(
  a: UploadTurn,
  b: UploadTurn,
  { isOptimistic, nowMs }: Readonly<{ isOptimistic: boolean; nowMs: number }>,
): boolean {
  const isResting = a.isResting(nowMs)
  if (isResting !== b.isResting(nowMs)) return !isResting
  if (a.isNewcomer !== b.isNewcomer) return a.isNewcomer
  if (a.isNewcomer && a.heldCount !== b.heldCount) return a.heldCount < b.heldCount
  if (!isOptimistic || a.isNewcomer) return a.place < b.place
  const [aPerMs, bPerMs] = [a.heldPerMs(nowMs), b.heldPerMs(nowMs)]
  return aPerMs === bPerMs ? a.place < b.place : aPerMs < bPerMs
}

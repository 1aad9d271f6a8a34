import type { PeerId } from './peer-id.ts'
import type { UploadPace } from './upload-pace.ts'

/**
 * After so many chunks, or so long, it is the turn of the next one that waits. Fewer, and turns end before lines are
 * filled; more, and those who wait for theirs fall behind: of a simulated crowd the last one is done first with this.
 */
const TURN_CHUNKS = 5
/** Who has fewer has next to nothing to pass on, and is served first. */
const NEWCOMER_CHUNKS = 4
const TURN_MS = 10_000
/** A turn that is not used for so long is over: a question and its answer are on their way for less. */
const IDLE_MS = 1000
/** Who let its turn pass waits so long for the next one if others wait, and twice as long each time after. */
const REST_MS = 1000
const REST_MS_MAX = 30_000
/** Nobody has much at once: who came just now is not behind for that. */
const HEAD_START_MS = 11_000
/** Chunks that do not arrive for so long block nobody else, whatever else may be the matter. */
const STALL_MS = 10_000

/** How one peer stands at our slots: whether it waits, since when, and how it uses its turn. */
export class UploadTurn {
  readonly peer: PeerId
  isInterested = false
  isOpen = false
  /** It came to its turn as the one who got least. */
  isOptimistic = false
  /** Its place among those who wait: lower is earlier. */
  place = 0
  readonly #theirs: Readonly<{ size: number }>
  readonly #pace: UploadPace
  readonly #joinedMs: number
  /** When what is on its way to it was given, oldest first. */
  readonly #givenMs: number[] = []
  #turnChunks = 0
  /** C08: it never said that its last chunks came to it, and is not waited for again. */
  #isSilent = false
  #givenCount = 0
  /** How many turns it let pass, one after the other. */
  #passedCount = 0
  /** How many chunks it had when it let the last one pass. */
  #passedHeldCount = -1
  #restsUntilMs = 0
  /** It came to its turn because nobody else waited, and leaves it to anybody who does. */
  #isSpare = false
  #isNamed = false
  #pendingCount = 0
  #openedMs = 0
  #changedMs = 0

  constructor(
    peer: PeerId,
    theirs: Readonly<{ size: number }>,
    { pace, nowMs }: Readonly<{ pace: UploadPace; nowMs: number }>,
  ) {
    this.peer = peer
    this.#theirs = theirs
    this.#pace = pace
    this.#joinedMs = nowMs
  }

  /** How many chunks it has. */
  get heldCount(): number {
    return this.#theirs.size
  }

  /** How fast it got them, as far as we were there. C08: what we gave counts, whether it says so or not. */
  heldPerMs(nowMs: number): number {
    return this.#gotCount / (nowMs - this.#joinedMs + HEAD_START_MS)
  }

  get isWaiting(): boolean {
    return this.isInterested && !this.isOpen
  }

  /**
   * It looks at the share and fetches nothing of it, as far as can be seen: nobody else waits for it. Who gets chunks
   * elsewhere has begun to fetch.
   */
  isResting(nowMs: number): boolean {
    return nowMs < this.#restsUntilMs && this.heldCount === this.#passedHeldCount
  }

  get openedMs(): number {
    return this.#openedMs
  }

  get pendingCount(): number {
    return this.#pendingCount
  }

  /** @returns How long each that arrived was on its way. */
  setPending(count: number, nowMs: number): number[] {
    this.#isSpare = false
    const arrivedCount = this.#givenMs.length - count
    this.#pendingCount = count
    this.#changedMs = nowMs
    this.#isNamed = false
    if (arrivedCount <= 0) return []
    const arrived = this.#givenMs.splice(0, arrivedCount)
    return arrived.map((givenMs) => nowMs - givenMs)
  }

  /** It has next to nothing to pass on, and did not get it from us. */
  get isNewcomer(): boolean {
    return this.#passedCount === 0 && this.#gotCount < NEWCOMER_CHUNKS
  }

  /** @returns Whether it asks for nothing, which is said once until it asks. */
  takeUnused(): boolean {
    if (this.#pendingCount > 0 || this.#isNamed) return false
    this.#isNamed = true
    return true
  }

  give(nowMs: number): void {
    this.#restsUntilMs = 0
    this.#givenCount += 1
    this.#turnChunks += 1
    this.#givenMs.push(nowMs)
  }

  open(isOptimistic: boolean, nowMs: number): void {
    this.#isSpare = this.isResting(nowMs)
    this.#isSilent = this.#pendingCount > 0
    this.isOpen = true
    this.isOptimistic = isOptimistic
    this.#turnChunks = 0
    this.#isNamed = false
    this.#openedMs = nowMs
    this.#changedMs = nowMs
  }

  close(nowMs: number): void {
    this.isOpen = false
    this.isOptimistic = false
    if (this.#turnChunks > 0) this.#passedCount = 0
    else this.#rest(nowMs)
  }

  /** While its turn lasts, and until what it asked for has come to it. */
  holdsPlace(nowMs: number): boolean {
    return this.isOpen || (this.#pendingCount > 0 && nowMs < this.#changedMs + this.#stallMs)
  }

  /** It is as if it were gone, or nothing comes to anybody just now: one more that is served tells. */
  isDoubtful(nowMs: number): boolean {
    return this.holdsPlace(nowMs) && this.#pendingCount > 0 && nowMs >= this.#doubtMs
  }

  /** It lacks nothing more that is here. */
  get isSated(): boolean {
    return !this.isInterested && this.#pendingCount === 0
  }

  /** It is the turn of somebody else, if anybody waits. */
  isOver(nowMs: number): boolean {
    return this.#isSpare || this.#turnChunks >= TURN_CHUNKS || nowMs >= this.#turnEndsMs
  }

  /** When its place comes free or is in doubt, if nothing happens; undefined if it is neither. */
  placeEndsMs(isWaited: boolean, nowMs: number): number | undefined {
    if (this.isWaiting && this.isResting(nowMs)) return this.#restsUntilMs
    if (this.isOpen && !isWaited) return undefined
    if (!this.isOpen && this.#pendingCount === 0) return undefined
    const endsMs = this.isOpen ? this.#turnEndsMs : this.#changedMs + this.#stallMs
    if (this.#pendingCount === 0 || this.#doubtMs <= nowMs) return endsMs
    return endsMs > nowMs ? Math.min(endsMs, this.#doubtMs) : this.#doubtMs
  }

  #rest(nowMs: number): void {
    // Who was busy elsewhere has more by now.
    if (this.heldCount !== this.#passedHeldCount) this.#passedCount = 0
    this.#passedHeldCount = this.heldCount
    this.#passedCount += 1
    if (this.#passedCount === 1) return
    this.#restsUntilMs = nowMs + Math.min(REST_MS_MAX, REST_MS * 2 ** (this.#passedCount - 2))
  }

  get #gotCount(): number {
    return Math.max(this.heldCount, this.#givenCount)
  }

  get #doubtMs(): number {
    return this.#changedMs + this.#pace.stallMs
  }

  get #stallMs(): number {
    if (this.#isSilent) return IDLE_MS
    return this.#pace.hasArrivedSince(this.#changedMs) ? this.#pace.stallMs : STALL_MS
  }

  get #turnEndsMs(): number {
    const unusedMs = this.#pendingCount === 0 ? IDLE_MS : this.#stallMs
    return Math.min(this.#openedMs + TURN_MS, this.#changedMs + unusedMs)
  }
}

/** After so many chunks, or so long, it is the turn of the next one that waits. */
const TURN_CHUNKS = 8
const TURN_MS = 10_000
/** A turn that is not used for so long is over: a question and its answer are on their way for less. */
const IDLE_MS = 1000
/** Chunks that do not arrive for so long block nobody else. */
const STALL_MS = 10_000

/** How one peer stands at our slots: whether it waits, since when, and how it uses its turn. */
export class UploadTurn {
  isInterested = false
  isOpen = false
  /** It came to its turn as the one who got least. */
  isOptimistic = false
  /** Its place among those who wait: lower is earlier. */
  place = 0
  readonly #theirs: Readonly<{ size: number }>
  /** When what is on its way to it was given, oldest first. */
  readonly #givenMs: number[] = []
  #turnChunks = 0
  /** C08: it never said that its last chunks came to it, and is not waited for again. */
  #isSilent = false
  #pendingCount = 0
  #openedMs = 0
  #changedMs = 0

  constructor(theirs: Readonly<{ size: number }>) {
    this.#theirs = theirs
  }

  /** How many chunks it has. */
  get heldCount(): number {
    return this.#theirs.size
  }

  get isWaiting(): boolean {
    return this.isInterested && !this.isOpen
  }

  get openedMs(): number {
    return this.#openedMs
  }

  get pendingCount(): number {
    return this.#pendingCount
  }

  /** @returns How long each that arrived was on its way. */
  setPending(count: number, nowMs: number): number[] {
    const arrived = this.#givenMs.splice(0, Math.max(0, this.#givenMs.length - count))
    this.#pendingCount = count
    this.#changedMs = nowMs
    return arrived.map((givenMs) => nowMs - givenMs)
  }

  give(nowMs: number): void {
    this.#turnChunks += 1
    this.#givenMs.push(nowMs)
  }

  open(isOptimistic: boolean, nowMs: number): void {
    this.#isSilent = this.#pendingCount > 0
    this.isOpen = true
    this.isOptimistic = isOptimistic
    this.#turnChunks = 0
    this.#openedMs = nowMs
    this.#changedMs = nowMs
  }

  close(): void {
    this.isOpen = false
    this.isOptimistic = false
  }

  /** While its turn lasts, and until what it asked for has come to it. */
  holdsPlace(nowMs: number): boolean {
    return this.isOpen || (this.#pendingCount > 0 && nowMs < this.#changedMs + this.#stallMs)
  }

  /** It lacks nothing more that is here. */
  get isSated(): boolean {
    return !this.isInterested && this.#pendingCount === 0
  }

  /** It is the turn of somebody else, if anybody waits. */
  isOver(nowMs: number): boolean {
    return this.#turnChunks >= TURN_CHUNKS || nowMs >= this.#turnEndsMs
  }

  /** When its place comes free, if nothing happens; undefined if it does not. */
  placeEndsMs(isWaited: boolean): number | undefined {
    if (this.isOpen) return isWaited ? this.#turnEndsMs : undefined
    return this.#pendingCount > 0 ? this.#changedMs + this.#stallMs : undefined
  }

  get #stallMs(): number {
    return this.#isSilent ? IDLE_MS : STALL_MS
  }

  get #turnEndsMs(): number {
    const unusedMs = this.#pendingCount === 0 ? IDLE_MS : this.#stallMs
    return Math.min(this.#openedMs + TURN_MS, this.#changedMs + unusedMs)
  }
}

import { TokenBucket } from '../custody/token-bucket.ts'
import { PARTS_SPARED } from '../limits.ts'
import type { HaveMap } from './have-map.ts'
import type { Frame } from '../wire/frame.ts'
import type { PeerId } from './peer-id.ts'
import type { PartGate } from './session-serve.ts'
import type { SlotsEffect, SlotsEvent, UploadSlots } from './upload-slots.ts'

type Reader = {
  readonly theirs: HaveMap
  /** Chunks that are here and, as far as it says, not there. */
  lackCount: number
  pendingCount: number
}

const NOTHING: readonly SlotsEffect[] = []

/** Tells the slots who could use one: who lacks something that is here. Each call returns what they decide. */
export class Serving {
  readonly #slots: UploadSlots
  readonly #mine: HaveMap
  readonly #readers = new Map<PeerId, Reader>()
  readonly #spared = new TokenBucket(PARTS_SPARED)

  /** @param slots - Of all that this end serves: a seed has one for all its shares. */
  constructor(slots: UploadSlots, mine: HaveMap) {
    this.#slots = slots
    this.#mine = mine
  }

  get dayBytes(): number {
    return this.#slots.dayBytes
  }

  get givenBytes(): number {
    return this.#slots.givenBytes
  }

  /** Hashes and the index need no turn. While nobody is served there is a little of them for all together. */
  readonly mayGiveParts: PartGate = (bytes, nowMs) => {
    return this.#slots.isServing || this.#spared.take(nowMs, bytes)
  }

  /** Whose turn it is and who asks for nothing: each is named once, until it has asked. */
  takeUnused(): readonly PeerId[] {
    return this.#slots.takeUnused()
  }

  get deadlineMs(): number | undefined {
    return this.#slots.deadlineMs
  }

  /** @param theirs - Still empty, or what is in it is yet to be said by `gained`. */
  join(peer: PeerId, theirs: HaveMap, nowMs: number): readonly SlotsEffect[] {
    this.#readers.set(peer, { theirs, lackCount: 0, pendingCount: 0 })
    this.#slots.step({ type: 'join', peer, theirs }, nowMs)
    return this.#change(peer, this.#mine.size, nowMs)
  }

  leave(peer: PeerId, nowMs: number): readonly SlotsEffect[] {
    if (!this.#readers.delete(peer)) return NOTHING
    return this.#slots.step({ type: 'leave', peer }, nowMs)
  }

  gained(peer: PeerId, indexes: readonly number[], nowMs: number): readonly SlotsEffect[] {
    return this.#change(peer, -this.#countMine(indexes), nowMs)
  }

  lost(peer: PeerId, indexes: readonly number[], nowMs: number): readonly SlotsEffect[] {
    return this.#change(peer, this.#countMine(indexes), nowMs)
  }

  /** These came to `mine`, or left it. */
  changeMine(indexes: readonly number[], isAdded: boolean, nowMs: number): readonly SlotsEffect[] {
    const effects: SlotsEffect[] = []
    for (const [peer, reader] of this.#readers) {
      let count = 0
      for (const index of indexes) if (!reader.theirs.has(index)) count += 1
      if (!changesInterest(reader, isAdded ? count : -count)) continue
      effects.push(...this.#tell(peer, reader, nowMs))
    }
    return effects
  }

  /** A frame went out to it: what is large counts. */
  give(peer: PeerId, frame: Frame, nowMs: number): readonly SlotsEffect[] {
    switch (frame.type) {
      case 'chunk':
        return this.#slots.step({ type: 'given', peer, bytes: frame.sealed.length }, nowMs)
      case 'hashes':
        return this.#slots.step({ type: 'told', bytes: frame.hashes.length }, nowMs)
      case 'index':
        return this.#slots.step({ type: 'told', bytes: frame.bytes.length }, nowMs)
      default:
        return NOTHING
    }
  }

  /** It waits for so many chunks that it asked for. */
  setPending(peer: PeerId, count: number, nowMs: number): readonly SlotsEffect[] {
    const reader = this.#readers.get(peer)
    if (reader === undefined || reader.pendingCount === count) return NOTHING
    reader.pendingCount = count
    return this.#slots.step({ type: 'pending', peer, count }, nowMs)
  }

  step(
    event: Extract<SlotsEvent, { type: 'switch' | 'daily-bound' | 'tick' }>,
    nowMs: number,
  ): readonly SlotsEffect[] {
    return this.#slots.step(event, nowMs)
  }

  #change(peer: PeerId, change: number, nowMs: number): readonly SlotsEffect[] {
    const reader = this.#readers.get(peer)
    if (reader === undefined || !changesInterest(reader, change)) return NOTHING
    return this.#tell(peer, reader, nowMs)
  }

  #tell(peer: PeerId, { lackCount }: Reader, nowMs: number): readonly SlotsEffect[] {
    return this.#slots.step({ type: 'interest', peer, isInterested: lackCount > 0 }, nowMs)
  }

  #countMine(indexes: readonly number[]): number {
    let count = 0
    for (const index of indexes) if (this.#mine.has(index)) count += 1
    return count
  }
}

/** @returns Whether it lacks something now and did not before, or the other way round. */
function changesInterest(reader: Reader, change: number): boolean {
  const wasInterested = reader.lackCount > 0
  reader.lackCount += change
  return reader.lackCount > 0 !== wasInterested
}

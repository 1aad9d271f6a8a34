import { PARTS_ASKED_MAX } from '../limits.ts'
import type { Ask } from '../wire/ask.ts'
import type { Chunk } from '../wire/chunk.ts'
import type { Hashes } from '../wire/hashes.ts'
import type { IndexSlice } from '../wire/index-slice.ts'
import type { Reject } from '../wire/reject.ts'
import { AskedChunks } from './asked-chunks.ts'
import { AskedParts } from './asked-parts.ts'
import type { HaveMap } from './have-map.ts'
import type { SessionVoice } from './session-voice.ts'

/** Promises not kept (a chunk that it says it has, or that it lets us wait for) until it is left. */
const STRIKES_MAX = 2
/** So many good chunks forgive one. */
const FORGIVING_CHUNKS = 16

/** The half of a session that asks: what the other owes us, and how far it is believed. */
export class SessionFetch {
  readonly #voice: SessionVoice
  readonly #theirs: HaveMap
  readonly #chunks = new AskedChunks()
  readonly #parts = new AskedParts()
  #mayAsk = false
  #strikes = 0
  #goodCount = 0

  constructor(voice: SessionVoice, theirs: HaveMap) {
    this.#voice = voice
    this.#theirs = theirs
  }

  /** Whether it takes requests now. */
  get mayAsk(): boolean {
    return this.#mayAsk
  }

  get deadlineMs(): number | undefined {
    const chunkMs = this.#chunks.deadlineMs
    const partMs = this.#parts.deadlineMs
    if (chunkMs === undefined || partMs === undefined) return chunkMs ?? partMs
    return Math.min(chunkMs, partMs)
  }

  want(index: number, nowMs: number): void {
    // It may have closed its slot while this was on its way here.
    if (!this.#mayAsk) return this.#voice.emit({ type: 'release', index, reason: 'busy' })
    if (this.#chunks.has(index)) return undefined
    this.#chunks.ask(index, nowMs)
    return this.#voice.send({ type: 'request', chunks: [index] })
  }

  unwant(index: number): void {
    if (this.#chunks.giveUp(index)) this.#voice.send({ type: 'cancel', chunks: [index] })
  }

  /** It is not on its way any more, whatever becomes of it here. */
  letPass(index: number): void {
    // Asked for again by now: that says as much, and a cancel would take it back.
    if (!this.#chunks.has(index)) this.#voice.send({ type: 'cancel', chunks: [index] })
  }

  judge(isGood: boolean): void {
    // A chunk comes whole from one peer, so blame is exact.
    if (!isGood) return this.#voice.end('misbehaved')
    this.#goodCount += 1
    if (this.#goodCount % FORGIVING_CHUNKS === 0) this.#strikes = Math.max(0, this.#strikes - 1)
    return undefined
  }

  ask(ask: Ask, nowMs: number): void {
    const isTaken = this.#parts.size < PARTS_ASKED_MAX && this.#parts.add(ask, nowMs)
    if (isTaken) return this.#voice.send(ask)
    return this.#voice.emit({ type: 'part-refused', ...nameOf(ask), reason: 'busy' })
  }

  takeSlot(isOpen: boolean): void {
    if (this.#mayAsk === isOpen) return
    this.#mayAsk = isOpen
    this.#voice.emit({ type: 'slot', isOpen })
  }

  takeChunk({ index, sealed }: Chunk, nowMs: number): void {
    switch (this.#chunks.settle(index, nowMs)) {
      case 'owed':
        return this.#voice.emit({ type: 'deliver', index, sealed })
      case 'late':
        return undefined
      case 'unasked':
        return this.#voice.end('misbehaved')
    }
  }

  takePart(frame: Hashes | IndexSlice): void {
    const what = frame.type === 'index' ? 'index' : frame.what
    switch (this.#parts.settle(what, frame.first)) {
      case 'owed':
        return this.#voice.emit({ type: 'part', frame })
      case 'late':
        return undefined
      case 'unasked':
        return this.#voice.end('misbehaved')
    }
  }

  takeReject({ what, reason, indexes }: Reject): void {
    if (what === 'chunks') return this.#takeChunkReject(indexes, reason)
    for (const first of indexes) {
      if (this.#parts.settle(what, first) !== 'owed') continue
      this.#voice.emit({ type: 'part-refused', what, first, reason })
    }
    return undefined
  }

  expire(nowMs: number): void {
    for (const ask of this.#parts.expire(nowMs)) {
      this.#voice.emit({ type: 'part-refused', ...nameOf(ask), reason: 'silent' })
    }
    if (nowMs < (this.#chunks.deadlineMs ?? Infinity)) return
    // What is late together is late for one reason: one strike.
    for (const index of this.#chunks.giveUpAll()) {
      this.#voice.send({ type: 'cancel', chunks: [index] })
      this.#voice.emit({ type: 'release', index, reason: 'silent' })
    }
    this.#strike()
  }

  /** All that was asked for will not come: the session is over. */
  giveUp(): void {
    for (const index of this.#chunks.giveUpAll()) {
      this.#voice.emit({ type: 'release', index, reason: 'gone' })
    }
    for (const ask of this.#parts.expire()) {
      this.#voice.emit({ type: 'part-refused', ...nameOf(ask), reason: 'gone' })
    }
  }

  #takeChunkReject(indexes: readonly number[], reason: Reject['reason']): void {
    const refused = indexes.filter((index) => this.#chunks.refuse(index))
    // It is not to be had there, whatever the reason, unless it is only not now.
    const lost = reason === 'busy' ? [] : refused.filter((index) => this.#theirs.delete(index))
    if (lost.length > 0) this.#voice.emit({ type: 'lost', indexes: lost })
    for (const index of refused) this.#voice.emit({ type: 'release', index, reason })
    if (reason === 'missing' && lost.length > 0) this.#strike()
  }

  #strike(): void {
    this.#strikes += 1
    if (this.#strikes >= STRIKES_MAX) this.#voice.end('idle')
  }
}

function nameOf({ what, first }: Ask): Pick<Ask, 'what' | 'first'> {
  return { what, first }
}

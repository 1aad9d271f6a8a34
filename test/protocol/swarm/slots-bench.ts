import { UploadSlots } from '../../../protocol/swarm/upload-slots.ts'

export const BYTES = 262_128

/** Slots, and peers that use their turns: each takes a chunk whenever it may. */
export class SlotsBench {
  readonly open = new Set<string>()
  readonly given = new Map<string, number>()
  readonly idle = new Set<string>()
  /** They never say that a chunk came to them. */
  readonly silent = new Set<string>()
  /** Others say how much they have, and not only that a chunk came. */
  isTelling = false
  readonly #held = new Map<string, { size: number }>()
  nowMs = 0
  readonly #slots: UploadSlots

  constructor(peers: readonly string[], dailyBytesMax?: number) {
    this.#slots = new UploadSlots({ slotCount: 4, dailyBytesMax })
    for (const peer of peers) this.join(peer)
  }

  get dayBytes(): number {
    return this.#slots.dayBytes
  }

  join(peer: string, heldCount = 0): void {
    const theirs = { size: heldCount }
    this.#held.set(peer, theirs)
    this.step({ type: 'join', peer, theirs })
    this.step({ type: 'interest', peer, isInterested: true })
  }

  leave(peer: string): void {
    this.open.delete(peer)
    this.step({ type: 'leave', peer })
  }

  step(event: Parameters<UploadSlots['step']>[0]): void {
    for (const { peer, isOpen } of this.#slots.step(event, this.nowMs)) {
      if (isOpen) this.open.add(peer)
      else this.open.delete(peer)
    }
  }

  #arrive(peer: string): void {
    const held = this.#held.get(peer)
    if (this.isTelling && held !== undefined) held.size += 1
    this.step({ type: 'pending', peer, count: 0 })
  }

  /** Time passes; who has a turn and is not idle gets a chunk each 200 ms. */
  run(ms: number): void {
    for (const endMs = this.nowMs + ms; this.nowMs < endMs;) {
      this.nowMs += 200
      for (const peer of this.open) {
        if (this.idle.has(peer)) continue
        this.step({ type: 'given', peer, bytes: BYTES })
        this.given.set(peer, (this.given.get(peer) ?? 0) + 1)
        this.step({ type: 'pending', peer, count: 1 })
        if (!this.silent.has(peer)) this.#arrive(peer)
      }
      if (this.nowMs >= (this.#slots.deadlineMs ?? Infinity)) this.step({ type: 'tick' })
    }
  }
}

export const names = (count: number): string[] =>
  Array.from({ length: count }, (_, i) => `peer ${i}`)

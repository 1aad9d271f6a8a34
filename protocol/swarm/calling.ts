import type { Bye } from '../wire/bye.ts'
import { FindTimer } from './find-timer.ts'
import { LinkTable } from './link-table.ts'
import type { PeerId } from './peer-id.ts'
import type { SwarmEffect } from './swarm-event.ts'

/** Connections that are looked for while something is wanted: others may call us beyond it. */
const LINKS_WANTED = 16
/** Of so many it is we who chose the other end: those who call us may all be of one mind, and keep still. */
const CALLED_WANTED = 4
/** Where others fill what is wanted, one is called so often: of few connections a minute most are for who needs them. */
const CALL_PAUSE_MS = 60_000

/** Who could not be reached, or was left, is not called again before this. */
const AVOID_MS = 120_000
/**
 * At first: who has answered enough others this minute says nothing, and is as one out of reach. Each further miss
 * doubles it: who never answers is soon called as seldom as who was left.
 */
const AVOID_UNREACHED_MS = 15_000
/**
 * Of seeds there may be no other: whoever asks for it waits longer each time anyway. And who was not at the signal server
 * may be back at any moment, under the same name, as may be who thought again of whom it speaks to.
 */
const AVOID_BRIEFLY_MS = 5000

type CallEffect = Extract<
  SwarmEffect,
  { type: 'connect' | 'accept' | 'refuse' | 'find' | 'no-call' }
>

/** Who is called, whose call is answered, and when the room is asked for more. */
export class Calling {
  readonly #links = new LinkTable()
  readonly #seeds = new Set<PeerId>()
  readonly #emit: (effect: CallEffect) => void
  #self: PeerId | undefined
  #find: FindTimer | undefined
  #isSeeking = true
  /** When we called a member last, or came into the room. */
  #calledMs = 0

  constructor(emit: (effect: CallEffect) => void) {
    this.#emit = emit
  }

  /** Connections, those included that are being made. */
  get linkCount(): number {
    return this.#links.size
  }

  get deadlineMs(): number | undefined {
    const seekMs = this.#seekMs() ?? Infinity
    const dueMs = Math.min(this.#links.callEndsMs ?? Infinity, seekMs)
    return dueMs === Infinity ? undefined : dueMs
  }

  /** We are in the room under this name, or out of it if undefined. */
  enter(self: PeerId | undefined, nowMs: number): void {
    this.#self = self
    if (self === undefined) this.#links.forgetCandidates()
    // What was to get us connected may have been lost with the signal server.
    else this.#links.forgiveUnreached()
    this.#calledMs = nowMs
    this.#find = new FindTimer(nowMs)
    this.seek(nowMs)
  }

  /** Nothing is wanted any more: who calls is still answered. */
  rest(): void {
    this.#isSeeking = false
  }

  /** Something is wanted again. */
  resume(nowMs: number): void {
    this.#isSeeking = true
    // Who was there when the room was last asked may be gone.
    this.#find?.quicken(nowMs)
    this.seek(nowMs)
  }

  meet(members: readonly PeerId[], nowMs: number): void {
    for (const peer of members) {
      if (peer === this.#self || !this.#links.know(peer, nowMs)) continue
      this.#find?.quicken(nowMs)
    }
    this.seek(nowMs)
  }

  /** Whether a call of ours to it is to be given up, because it calls us at the same time. */
  yieldsTo(peer: PeerId): boolean {
    const link = this.#links.get(peer)
    if (link === undefined) return false
    // Of two that call each other the one with the smaller name goes on. An open one that calls again lost us.
    return link.isOpen || !link.isOurs || this.#self === undefined || peer < this.#self
  }

  answer(peer: PeerId, nowMs: number): void {
    const isTaken = this.#links.get(peer) === undefined && this.#links.mayAccept(peer, nowMs)
    if (isTaken) this.#links.add(peer, false, nowMs)
    this.#emit({ type: isTaken ? 'accept' : 'refuse', peer })
  }

  callSeed(peer: PeerId, nowMs: number): void {
    this.#seeds.add(peer)
    if (this.#links.get(peer) !== undefined) return
    const reason = this.#links.refusalOf(peer, nowMs)
    if (reason !== undefined) return this.#emit({ type: 'no-call', peer, reason })
    this.#links.add(peer, true, nowMs)
    this.#emit({ type: 'connect', peer, isSeed: true })
  }

  /** @returns Whether it is one of ours, and not banned. */
  open(peer: PeerId): boolean {
    return this.#links.open(peer)
  }

  /** @returns Whether it was there. */
  drop(peer: PeerId, nowMs: number): boolean {
    if (!this.#links.delete(peer)) return false
    this.#find?.quicken(nowMs)
    return true
  }

  /** There is no room for its connection just now: nobody is to blame, and who was called is called again. */
  putOff(peer: PeerId, nowMs: number): void {
    if (!this.#links.putOff(peer, nowMs)) return
    if (this.#seeds.has(peer)) this.#emit({ type: 'no-call', peer, reason: 'full' })
    else this.#links.know(peer, nowMs)
  }

  /** It could not be reached, or was left. A seed that hung up because nothing was said may be called at once. */
  avoid(peer: PeerId, reason: Bye['reason'] | 'unreachable' | 'gone', nowMs: number): void {
    const isSeed = this.#seeds.has(peer)
    if (isSeed && reason === 'idle') return
    const isBrief = isSeed || reason === 'gone' || reason === 'private'
    const missCount = reason === 'unreachable' ? this.#links.missCount(peer) + 1 : 0
    const missedMs = missCount > 0 ? AVOID_UNREACHED_MS * 2 ** (missCount - 1) : Infinity
    const avoidMs = isBrief ? AVOID_BRIEFLY_MS : Math.min(AVOID_MS, missedMs)
    this.#links.avoid(peer, { untilMs: nowMs + avoidMs, missCount })
  }

  /** Calls it again, if anybody is called at all. */
  recall(peer: PeerId, nowMs: number): void {
    this.#links.forgive(peer)
    this.#links.know(peer, nowMs)
    this.seek(nowMs)
  }

  ban(peer: PeerId): void {
    this.#links.ban(peer)
  }

  /** Calls that did not get through. */
  overdue(nowMs: number): PeerId[] {
    return this.#links.overdue(nowMs)
  }

  /** Calls who is known, as many as are wanted, and has the room asked where nobody is. */
  seek(nowMs: number): void {
    const isWanting = (): boolean => nowMs >= this.#wantedMs()
    if (!isWanting()) return
    while (isWanting()) {
      const peer = this.#links.nextToCall(nowMs)
      if (peer === undefined) break
      this.#links.add(peer, true, nowMs)
      this.#calledMs = nowMs
      this.#emit({ type: 'connect', peer, isSeed: false })
    }
    const isAlone = isWanting() && !this.#links.hasCandidate
    if (isAlone && this.#find?.take(nowMs) === true) this.#emit({ type: 'find' })
  }

  /** When one more is wanted: -Infinity if at once, Infinity if not. */
  #wantedMs(): number {
    if (!this.#isSeeking || this.#self === undefined) return Infinity
    if (this.#links.size < LINKS_WANTED) return -Infinity
    return this.#links.calledCount < CALLED_WANTED ? this.#calledMs + CALL_PAUSE_MS : Infinity
  }

  #seekMs(): number | undefined {
    const makeableMs = this.#links.hasCandidate ? this.#links.makeableMs : this.#find?.nextMs
    return makeableMs === undefined ? undefined : Math.max(makeableMs, this.#wantedMs())
  }
}

import { BANS_MAX, LINKS_MAX, LINKS_PER_MINUTE_MAX, MEMBERS_KNOWN_MAX } from '../limits.ts'
import { trimOldest } from '../trim-oldest.ts'
import type { PeerId } from './peer-id.ts'

const MINUTE_MS = 60_000
/** A call that is not through by then is given up: both ends have tried every way. */
const CALL_MS = 20_000
/** Where the thread that makes connections, for other shares as well, has no room, it is asked again after this. */
const PUT_OFF_MS = 5000
/** Others may not take all places: some are for those whom we call. */
const ACCEPTED_MAX = 30
export const ACCEPTED_PER_MINUTE_MAX = 20
/**
 * Of one name: whoever lost its connection may call again, but nobody leaves no call for the others. Whoever comes under
 * so many names that no call is left, new ones each minute, still does that: the signal server's rules bound how fast
 * an address opens sockets, and what those say.
 */
const ACCEPTED_PER_NAME_MAX = 3

/** banned: it did what no honest one does. avoided: it could not be reached, or was left. full: no connection more. */
export type CallRefusal = 'banned' | 'avoided' | 'full'

type Link = { isOpen: boolean; isOurs: boolean }
/** missCount: of calls in a row that did not reach it, 0 if it was left. */
type Avoided = Readonly<{ untilMs: number; missCount: number }>

/** Who is connected, who may be called or answered, how often, and with whom never again. */
export class LinkTable {
  readonly #links = new Map<PeerId, Link>()
  /** Those of them that are not open yet, by when they were made. */
  readonly #calls = new Map<PeerId, number>()
  readonly #candidates = new Set<PeerId>()
  readonly #avoided = new Map<PeerId, Avoided>()
  readonly #banned = new Set<PeerId>()
  /** The connections made within the last minute, oldest first. */
  readonly #made: { peer: PeerId; atMs: number; isOurs: boolean }[] = []
  #putOffUntilMs = -Infinity

  get size(): number {
    return this.#links.size
  }

  /** Those that we made, and did not accept. */
  get calledCount(): number {
    let count = 0
    for (const { isOurs } of this.#links.values()) if (isOurs) count += 1
    return count
  }

  get hasCandidate(): boolean {
    return this.#candidates.size > 0
  }

  get(peer: PeerId): Readonly<Link> | undefined {
    return this.#links.get(peer)
  }

  /** Somebody to call one day. @returns Whether it is somebody new. */
  know(peer: PeerId, nowMs: number): boolean {
    const refusal = this.refusalOf(peer, nowMs)
    if (refusal === 'banned' || refusal === 'avoided' || this.#links.has(peer)) return false
    const isNew = !this.#candidates.has(peer)
    this.#candidates.add(peer)
    trimOldest(this.#candidates, MEMBERS_KNOWN_MAX)
    return isNew
  }

  /** Nobody is to be called of those who were known. */
  forgetCandidates(): void {
    this.#candidates.clear()
  }

  /** When one more may be made; -Infinity if at once, undefined while there are too many. */
  get makeableMs(): number | undefined {
    if (this.#links.size >= LINKS_MAX) return undefined
    const oldest = this.#made[this.#made.length - LINKS_PER_MINUTE_MAX]
    const minuteMs = oldest === undefined ? -Infinity : oldest.atMs + MINUTE_MS
    return Math.max(minuteMs, this.#putOffUntilMs)
  }

  /** Somebody who may be called now, undefined if there is nobody. */
  nextToCall(nowMs: number): PeerId | undefined {
    const [peer] = this.#candidates
    if (peer === undefined) return undefined
    return this.refusalOf(peer, nowMs) === undefined ? peer : undefined
  }

  /** Why it may not be called now. */
  refusalOf(peer: PeerId, nowMs: number): CallRefusal | undefined {
    if (this.#banned.has(peer)) return 'banned'
    if (nowMs < (this.#avoided.get(peer)?.untilMs ?? -Infinity)) return 'avoided'
    return nowMs >= (this.makeableMs ?? Infinity) ? undefined : 'full'
  }

  mayAccept(peer: PeerId, nowMs: number): boolean {
    if (this.#banned.has(peer) || nowMs < (this.makeableMs ?? Infinity)) return false
    if (this.size - this.calledCount >= ACCEPTED_MAX) return false
    const accepted = this.#made.filter(({ isOurs, atMs }) => !isOurs && atMs > nowMs - MINUTE_MS)
    const own = accepted.filter((made) => made.peer === peer)
    return accepted.length < ACCEPTED_PER_MINUTE_MAX && own.length < ACCEPTED_PER_NAME_MAX
  }

  add(peer: PeerId, isOurs: boolean, nowMs: number): void {
    this.#candidates.delete(peer)
    this.#made.push({ peer, atMs: nowMs, isOurs })
    if (this.#made.length > LINKS_PER_MINUTE_MAX) this.#made.shift()
    this.#links.set(peer, { isOpen: false, isOurs })
    this.#calls.set(peer, nowMs)
  }

  /** @returns Whether it is there, and was not open before. */
  open(peer: PeerId): boolean {
    const link = this.#links.get(peer)
    if (link === undefined || link.isOpen) return false
    link.isOpen = true
    return this.#calls.delete(peer)
  }

  /** @returns Whether it was there. */
  delete(peer: PeerId): boolean {
    this.#calls.delete(peer)
    return this.#links.delete(peer)
  }

  /** There was no room for it: it was not made, and none is for a while. @returns Whether it was being made. */
  putOff(peer: PeerId, nowMs: number): boolean {
    if (!this.#calls.has(peer)) return false
    const at = this.#made.findLastIndex((made) => made.peer === peer)
    if (at !== -1) this.#made.splice(at, 1)
    this.#putOffUntilMs = nowMs + PUT_OFF_MS
    return this.delete(peer)
  }

  /** It is not called before then. */
  avoid(peer: PeerId, avoided: Avoided): void {
    this.#candidates.delete(peer)
    this.#avoided.delete(peer)
    this.#avoided.set(peer, avoided)
    trimOldest(this.#avoided, BANS_MAX)
  }

  /** Calls in a row that did not reach it. */
  missCount(peer: PeerId): number {
    return this.#avoided.get(peer)?.missCount ?? 0
  }

  forgive(peer: PeerId): void {
    this.#avoided.delete(peer)
  }

  /** Whoever could not be reached may be by now. */
  forgiveUnreached(): void {
    for (const [peer, { missCount }] of this.#avoided) {
      if (missCount > 0) this.#avoided.delete(peer)
    }
  }

  ban(peer: PeerId): void {
    this.#candidates.delete(peer)
    this.#banned.add(peer)
    trimOldest(this.#banned, BANS_MAX)
  }

  /** When the oldest call that is not through is given up. */
  get callEndsMs(): number | undefined {
    const madeMs = this.#calls.values().next().value
    return madeMs === undefined ? undefined : madeMs + CALL_MS
  }

  /** Calls that did not get through. */
  overdue(nowMs: number): PeerId[] {
    return [...this.#calls].flatMap(([peer, madeMs]) => (nowMs >= madeMs + CALL_MS ? [peer] : []))
  }
}

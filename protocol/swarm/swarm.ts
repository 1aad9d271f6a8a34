import { PEER_REQUESTS_MAX, UPLOAD_SLOTS } from '../limits.ts'
import type { ShareId } from '../share-id.ts'
import type { Hello } from '../wire/hello.ts'
import { Calling } from './calling.ts'
import { Givers } from './givers.ts'
import type { PeerId } from './peer-id.ts'
import { PeerSession } from './peer-session.ts'
import { Serving } from './serving.ts'
import type { SessionEffect, SessionEvent } from './session-event.ts'
import { learn, viewOf, type ShareView } from './share-view.ts'
import type { SwarmEffect, SwarmEvent } from './swarm-event.ts'
import { PEER_TRAITS, SEED_TRAITS } from './swarm-traits.ts'
import { UntoldChunks } from './untold-chunks.ts'
import { UploadSlots, type SlotsEffect } from './upload-slots.ts'

export type SwarmOptions = Readonly<{
  shareId: ShareId
  /** Of what may be given to others within 24 hours; no bound if undefined. */
  dailyBytesMax: number | undefined
}>

type CloseEffect = Extract<SessionEffect, { type: 'close' }>
type LeaveReason = Pick<Extract<SwarmEffect, { type: 'leave' }>, 'reason' | 'isBanned'>

/**
 * One share's place among those who share it: whom to call and answer, who is served, what is told to whom, and
 * who is left. What to fetch is decided elsewhere (FetchPlanner) and asked for by `want`. Holds no socket and no
 * clock; the same in the page, in Node and in simulations.
 */
export class Swarm {
  readonly #share: ShareView
  readonly #calling = new Calling((effect) => void this.#effects.push(effect))
  readonly #serving: Serving
  /** Seeds that are called: what they are is known before they are there. */
  readonly #seeds = new Set<PeerId>()
  readonly #sessions = new Map<PeerId, PeerSession>()
  /** Once nothing more of them is sought. */
  #chunkCount: number | undefined
  readonly #untold = new UntoldChunks()
  readonly #givers = new Givers()
  /** No session wants a tick before this: what it wanted may be over by then. */
  #sessionMs = Infinity
  #effects: SwarmEffect[] = []

  constructor({ shareId, dailyBytesMax }: SwarmOptions) {
    this.#share = viewOf(shareId)
    const slots = new UploadSlots({ slotCount: UPLOAD_SLOTS, dailyBytesMax })
    this.#serving = new Serving(slots, this.#share.mine)
  }

  /** Connections, those included that are being made. */
  get linkCount(): number {
    return this.#calling.linkCount
  }

  /** People whose channel is open: seeds that were called are none. */
  get peerCount(): number {
    return [...this.#sessions.keys()].filter((id) => !this.#seeds.has(id)).length
  }

  /** Bytes of chunks, hashes and the index given to others within the current 24 hours. */
  get dayBytes(): number {
    return this.#serving.dayBytes
  }

  /** The same at all. */
  get givenBytes(): number {
    return this.#serving.givenBytes
  }

  /** When the next `tick` is due, undefined while only other events can change anything. */
  get deadlineMs(): number | undefined {
    const { deadlineMs: callMs = Infinity } = this.#calling
    const { deadlineMs: serveMs = Infinity } = this.#serving
    const dueMs = Math.min(this.#untold.dueMs, this.#sessionMs, callMs, serveMs)
    return dueMs === Infinity ? undefined : dueMs
  }

  /** Takes one event and returns what the caller must now do, in order. */
  step(event: SwarmEvent, nowMs: number): readonly SwarmEffect[] {
    this.#effects = []
    this.#take(event, nowMs)
    return this.#effects
  }

  #take(event: SwarmEvent, nowMs: number): void {
    switch (event.type) {
      case 'room':
        return this.#calling.enter(event.self, nowMs)
      case 'members':
        return this.#calling.meet(event.members, nowMs)
      case 'offer':
        return this.#answer(event.peer, nowMs)
      case 'call-seed':
        this.#seeds.add(event.peer)
        return this.#calling.callSeed(event.peer, nowMs)
      case 'unreachable':
      case 'gone':
        return this.#giveUpCall(event.peer, event.type, nowMs)
      case 'full':
        return this.#calling.putOff(event.peer, nowMs)
      case 'open':
        return this.#open(event.peer, nowMs)
      case 'close':
        return this.#drop(event.peer, nowMs)
      case 'held':
        return this.#hold(event.indexes, nowMs)
      case 'dropped':
        return this.#letGo(event.indexes, nowMs)
      case 'unkept':
        return this.#letPass(event.indexes, nowMs)
      case 'genesis':
      case 'checkpoint':
        return this.#feedAll(learn(this.#share, event), nowMs)
      case 'serving':
        return this.#serve({ type: 'switch', isOn: event.isOn }, nowMs)
      case 'daily-bound':
        return this.#serve(event, nowMs)
      case 'complete':
        return this.#complete(event.chunkCount, nowMs)
      case 'seek':
        this.#chunkCount = undefined
        return this.#calling.resume(nowMs)
      case 'stop':
        // Nobody is called in the place of whoever is left.
        this.#calling.enter(undefined, nowMs)
        return this.#feedAll({ type: 'end', reason: event.reason }, nowMs)
      case 'tick':
        return this.#expire(nowMs)
      case 'renew':
        return this.#renew(event.peer, nowMs)
      default:
        return this.#feed(event.peer, event, nowMs)
    }
  }

  #answer(id: PeerId, nowMs: number): void {
    if (this.#calling.yieldsTo(id)) {
      this.#effects.push({ type: 'disconnect', peer: id })
      this.#drop(id, nowMs)
    }
    this.#calling.answer(id, nowMs)
  }

  #open(id: PeerId, nowMs: number): void {
    if (!this.#calling.open(id)) return
    const isSeed = this.#seeds.has(id)
    const { mayGiveParts } = this.#serving
    const bounds = { requestsMax: PEER_REQUESTS_MAX, mayGiveParts }
    this.#sessions.set(id, new PeerSession({ share: this.#share, isSeed, ...bounds }))
    this.#feed(id, { type: 'open' }, nowMs)
  }

  #feedAll(event: SessionEvent, nowMs: number): void {
    for (const id of this.#sessions.keys()) this.#feed(id, event, nowMs)
  }

  #feed(id: PeerId, event: SessionEvent, nowMs: number): void {
    const session = this.#sessions.get(id)
    if (session === undefined) return
    for (const effect of session.step(event, nowMs)) this.#do(id, effect, nowMs)
    this.#sessionMs = Math.min(this.#sessionMs, session.deadlineMs ?? Infinity)
    this.#setSlots(this.#serving.setPending(id, session.pendingCount, nowMs), nowMs)
  }

  #do(id: PeerId, effect: SessionEffect, nowMs: number): void {
    if (effect.type === 'hello') return this.#join(id, effect.hello, nowMs)
    if (effect.type === 'close') return this.#leave(id, effect, nowMs)
    this.#effects.push({ ...effect, peer: id })
    switch (effect.type) {
      case 'gained':
        this.#setSlots(this.#serving.gained(id, effect.indexes, nowMs), nowMs)
        return this.#leaveIfDone(id, nowMs)
      case 'lost':
        return this.#setSlots(this.#serving.lost(id, effect.indexes, nowMs), nowMs)
      case 'deliver':
        return this.#givers.set(effect.index, id)
      case 'send':
        return this.#setSlots(this.#serving.give(id, effect.frame, nowMs), nowMs)
      case 'slot':
        return effect.isOpen ? this.#tell(id, this.#untold.indexes, nowMs) : undefined
      default:
        return undefined
    }
  }

  #serve(event: Parameters<Serving['step']>[0], nowMs: number): void {
    this.#setSlots(this.#serving.step(event, nowMs), nowMs)
  }

  #setSlots(effects: readonly SlotsEffect[], nowMs: number): void {
    for (const { peer, isOpen } of effects) {
      // Who may ask now is told without delay what there is.
      if (isOpen) this.#tell(peer, this.#untold.indexes, nowMs)
      this.#feed(peer, { type: 'slot', isOpen }, nowMs)
    }
  }

  #join(id: PeerId, hello: Hello, nowMs: number): void {
    const theirs = this.#sessions.get(id)?.theirs
    if (theirs === undefined) return
    const isSeed = this.#seeds.has(id)
    const traits = isSeed ? SEED_TRAITS : PEER_TRAITS
    this.#effects.push({ type: 'join', peer: id, traits, held: theirs, hello })
    // A seed gets what it lacks from other seeds.
    if (!isSeed) this.#setSlots(this.#serving.join(id, theirs, nowMs), nowMs)
  }

  #hold(indexes: readonly number[], nowMs: number): void {
    const fresh = indexes.filter((index) => this.#share.mine.add(index))
    if (fresh.length === 0) return
    this.#untold.add(fresh, nowMs)
    // Who gave it learns at once that it came: that makes room for others there.
    for (const [giver, index] of this.#givers.take(fresh)) this.#tell(giver, [index], nowMs)
    // And who serves us, what we do not lack.
    for (const id of this.#serving.takeUnused()) this.#tell(id, this.#untold.indexes, nowMs)
    this.#setSlots(this.#serving.changeMine(fresh, true, nowMs), nowMs)
  }

  #tell(id: PeerId, indexes: readonly number[], nowMs: number): void {
    const frames = this.#share.mine.tell(indexes)
    if (frames.length > 0) this.#feed(id, { type: 'tell', frames }, nowMs)
  }

  /** Nobody is told: who asks is told then. */
  #letGo(indexes: readonly number[], nowMs: number): void {
    const gone = indexes.filter((index) => this.#share.mine.delete(index))
    this.#setSlots(this.#serving.changeMine(gone, false, nowMs), nowMs)
  }

  #letPass(indexes: readonly number[], nowMs: number): void {
    for (const [giver, index] of this.#givers.take(indexes)) {
      this.#feed(giver, { type: 'arrived', index }, nowMs)
    }
  }

  #complete(chunkCount: number, nowMs: number): void {
    this.#chunkCount = chunkCount
    this.#calling.rest()
    for (const id of this.#sessions.keys()) this.#leaveIfDone(id, nowMs)
  }

  /** Neither seeks what the other has. A seed is asked for more than chunks, and hangs up by itself. */
  #leaveIfDone(id: PeerId, nowMs: number): void {
    const theirCount = this.#sessions.get(id)?.theirs.size ?? 0
    if (theirCount < (this.#chunkCount ?? Infinity) || this.#seeds.has(id)) return
    this.#feed(id, { type: 'end', reason: 'done' }, nowMs)
  }

  #expire(nowMs: number): void {
    const frames = this.#share.mine.tell(this.#untold.take(nowMs))
    if (frames.length > 0) this.#feedAll({ type: 'tell', frames }, nowMs)
    this.#serve({ type: 'tick' }, nowMs)
    this.#sessionMs = Infinity
    for (const [id, session] of this.#sessions) {
      if (nowMs >= (session.deadlineMs ?? Infinity)) this.#feed(id, { type: 'tick' }, nowMs)
      this.#sessionMs = Math.min(this.#sessionMs, session.deadlineMs ?? Infinity)
    }
    for (const id of this.#calling.overdue(nowMs)) this.#giveUpCall(id, 'unreachable', nowMs)
    this.#calling.seek(nowMs)
  }

  /** It did not get through. */
  #giveUpCall(id: PeerId, why: 'unreachable' | 'gone', nowMs: number): void {
    if (this.#sessions.has(id) || !this.#calling.drop(id, nowMs)) return
    this.#calling.avoid(id, why, nowMs)
    this.#effects.push({ type: 'disconnect', peer: id })
    this.#calling.seek(nowMs)
  }

  #renew(id: PeerId, nowMs: number): void {
    this.#giveUpCall(id, 'gone', nowMs)
    this.#feed(id, { type: 'end', reason: 'private' }, nowMs)
    this.#calling.recall(id, nowMs)
  }

  /** The session is over: who misbehaved is met no more, who is of no use not soon. */
  #leave(id: PeerId, { reason, isBan: isBanned }: CloseEffect, nowMs: number): void {
    if (isBanned) this.#calling.ban(id)
    else this.#calling.avoid(id, reason, nowMs)
    this.#effects.push({ type: 'disconnect', peer: id })
    this.#forget(id, { reason, isBanned }, nowMs)
  }

  /** The channel is gone, and with it the session: nothing can be said any more. */
  #drop(id: PeerId, nowMs: number): void {
    for (const effect of this.#sessions.get(id)?.step({ type: 'close' }, nowMs) ?? []) {
      if (effect.type !== 'close') this.#do(id, effect, nowMs)
    }
    this.#forget(id, { reason: 'lost', isBanned: false }, nowMs)
  }

  #forget(id: PeerId, why: LeaveReason, nowMs: number): void {
    if (this.#sessions.delete(id)) this.#effects.push({ type: 'leave', peer: id, ...why })
    this.#calling.drop(id, nowMs)
    this.#setSlots(this.#serving.leave(id, nowMs), nowMs)
    this.#calling.seek(nowMs)
  }
}

import type { Bytes } from '../../../protocol/bytes.ts'
import { TransferError } from '../../../protocol/errors.ts'
import type { PeerId } from '../../../protocol/swarm/peer-id.ts'
import type { Swarm } from '../../../protocol/swarm/swarm.ts'
import type { SwarmEffect, SwarmEvent } from '../../../protocol/swarm/swarm-event.ts'
import type { Ask } from '../../../protocol/wire/ask.ts'
import { byeReasonOf, decodeFrame, encodeFrame } from '../../../protocol/wire/frame.ts'
import { free } from '../../../protocol/memory.ts'
import { Alarm } from '../alarm.ts'
import type { PeerSource } from './peer-source.ts'
import type { ShelfDesk } from './shelf-desk.ts'

export type DialEffect = Extract<
  SwarmEffect,
  { type: 'connect' | 'no-call' | 'accept' | 'refuse' | 'disconnect' | 'find' }
>

export type DriverPorts = Readonly<{
  swarm: Swarm
  desk: ShelfDesk
  /** Makes, answers and ends connections, and looks for others. */
  dial: (effect: DialEffect) => void
  send: (peer: PeerId, frame: Bytes) => void
  join: (effect: Extract<SwarmEffect, { type: 'join' }>) => PeerSource
  /** The conversation is over. @param source - Undefined if it never said hello. */
  leave: (peer: PeerId, source: PeerSource | undefined) => void
  /** Told of a mistake of ours that a peer's words led to: that conversation is over. */
  onError: (error: unknown) => void
  nowMs: () => number
}>

/** Does what the swarm decides, one event after the other, and wakes it when it wants to be. */
export class SwarmDriver implements Disposable {
  readonly #ports: DriverPorts
  readonly #sources = new Map<PeerId, PeerSource>()
  readonly #events: SwarmEvent[] = []
  #isRunning = false
  #isOver = false
  readonly #alarm: Alarm

  constructor(ports: DriverPorts) {
    this.#ports = ports
    this.#alarm = new Alarm(() => this.feed({ type: 'tick' }), ports.nowMs)
  }

  get sources(): readonly PeerSource[] {
    return [...this.#sources.values()]
  }

  peerOf(source: PeerSource): PeerId | undefined {
    for (const [peer, other] of this.#sources) if (other === source) return peer
    return undefined
  }

  /** What happens while an event is seen to waits for its turn. */
  feed(event: SwarmEvent): void {
    if (this.#isOver) return
    this.#events.push(event)
    if (this.#isRunning) return
    this.#isRunning = true
    try {
      for (let next = this.#events.shift(); next !== undefined; next = this.#events.shift()) {
        for (const effect of this.#ports.swarm.step(next, this.#ports.nowMs())) this.#do(effect)
      }
    } finally {
      this.#isRunning = false
    }
    if (!this.#isOver) this.#alarm.set(this.#ports.swarm.deadlineMs)
  }

  /** One message of a peer. */
  takeMessage(peer: PeerId, bytes: Bytes): void {
    this.#hear(peer, () => this.feed({ type: 'frame', peer, frame: decodeFrame(bytes) }))
    free(bytes)
  }

  [Symbol.dispose](): void {
    this.feed({ type: 'stop', reason: 'stopping' })
    this.#isOver = true
    this.#alarm.stop()
  }

  /** D06: whatever the words of a peer lead to here, it ends nobody's conversation but that peer's. */
  #hear(peer: PeerId, take: () => void): void {
    try {
      take()
    } catch (cause) {
      this.feed({ type: 'end', peer, reason: byeReasonOf(cause) })
      if (!(cause instanceof TransferError)) this.#ports.onError(cause)
    }
  }

  #do(effect: SwarmEffect): void {
    switch (effect.type) {
      case 'connect':
      case 'no-call':
      case 'accept':
      case 'refuse':
      case 'disconnect':
      case 'find':
        return this.#ports.dial(effect)
      case 'send':
        return this.#ports.send(effect.peer, encodeFrame(effect.frame))
      case 'join':
        return void this.#sources.set(effect.peer, this.#ports.join(effect))
      case 'leave':
        return this.#leave(effect.peer)
      case 'serve':
        return void this.#serve(effect.peer, effect.index)
      case 'serve-part':
        return void this.#servePart(effect.peer, effect.ask)
      case 'unserve':
        return undefined
      default:
        return this.#sources.get(effect.peer)?.take(effect)
    }
  }

  #leave(peer: PeerId): void {
    const source = this.#sources.get(peer)
    this.#sources.delete(peer)
    source?.leave()
    this.#ports.leave(peer, source)
  }

  async #serve(peer: PeerId, index: number): Promise<void> {
    const read = await this.#ports.desk.chunk(index)
    if (typeof read === 'string') {
      // What is only busy is here again in a moment, and would not be told of again.
      if (read === 'missing') this.feed({ type: 'dropped', indexes: [index] })
      this.feed({ type: 'unread', peer, index, reason: read })
      return
    }
    this.feed({ type: 'read', peer, index, sealed: read })
    // It went out as a copy, behind a header, or nobody waits for it any more.
    free(read)
  }

  async #servePart(peer: PeerId, ask: Ask): Promise<void> {
    const frame = await this.#ports.desk.part(ask)
    this.#hear(peer, () => {
      if (frame === undefined) this.feed({ type: 'no-answer', peer, ask, reason: 'missing' })
      else this.feed({ type: 'answer', peer, frame })
    })
  }
}

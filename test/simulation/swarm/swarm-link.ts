import { FRAME_HEADER_BYTES } from '../../../protocol/limits.ts'
import type { Frame } from '../../../protocol/wire/frame.ts'
import type { Flow } from './fluid-net.ts'
import type { SimulatedPeer } from './simulated-peer.ts'
import type { SwarmWorld } from './swarm-world.ts'

/** Shaking hands takes so many ways there and back: ICE, DTLS, SCTP. */
const HANDSHAKE_WAYS = 6

/** A data channel between two peers: chunks flow and queue, all else overtakes them. */
export class SwarmLink {
  readonly #world: SwarmWorld
  readonly #ends: readonly [SimulatedPeer, SimulatedPeer]
  readonly #flows: readonly [Flow, Flow]
  readonly wayMs: number
  isClosed = false

  constructor(world: SwarmWorld, caller: SimulatedPeer, callee: SimulatedPeer) {
    this.#world = world
    this.#ends = [caller, callee]
    this.wayMs = caller.delayMs + callee.delayMs
    const { net } = world
    this.#flows = [
      net.createFlow(caller.node, callee.node),
      net.createFlow(callee.node, caller.node),
    ]
  }

  other(end: SimulatedPeer): SimulatedPeer {
    return end === this.#ends[0] ? this.#ends[1] : this.#ends[0]
  }

  /** The offer was taken. */
  shakeHands(): void {
    this.#world.wheel.after(HANDSHAKE_WAYS * this.wayMs, () => {
      if (this.isClosed) return
      for (const end of this.#ends) end.feed({ type: 'open', peer: this.other(end).id })
    })
  }

  send(from: SimulatedPeer, frame: Frame): void {
    if (this.isClosed) return
    const { wheel, net } = this.#world
    const to = this.other(from)
    const arrive = (): void => {
      if (!this.isClosed) to.take(from.id, frame)
    }
    this.#world.traffic.count(frame)
    if (frame.type !== 'chunk') return wheel.after(this.wayMs + this.#world.lateMs(), arrive)
    const flow = this.#flows[from === this.#ends[0] ? 0 : 1]
    const bytes = FRAME_HEADER_BYTES + frame.sealed.length
    return net.send(flow, bytes, () => wheel.after(this.wayMs, arrive))
  }

  /** @param noticeMs - Until the other end sees that it is gone. */
  close(by: SimulatedPeer, noticeMs: number): void {
    if (this.isClosed) return
    const to = this.other(by)
    const { wheel, net } = this.#world
    // What was said last arrives before the end does.
    wheel.after(Math.max(noticeMs, this.wayMs + wheel.tickMs), () => {
      if (this.isClosed) return
      this.isClosed = true
      for (const flow of this.#flows) net.stop(flow)
      to.lose(this, by.id)
    })
    if (noticeMs > this.wayMs) for (const flow of this.#flows) net.stop(flow)
  }
}

import { Swarm } from '../../../protocol/swarm/swarm.ts'
import type { SwarmEffect, SwarmEvent } from '../../../protocol/swarm/swarm-event.ts'
import type { Frame } from '../../../protocol/wire/frame.ts'
import { haveOf, helloOf, SHARE_ID } from './session-bench.ts'

/** One swarm, driven by hand: what it decides is kept. */
export class SwarmBench {
  readonly swarm = new Swarm({ shareId: SHARE_ID, dailyBytesMax: undefined })
  readonly effects: SwarmEffect[] = []
  nowMs = 0

  step(event: SwarmEvent): readonly SwarmEffect[] {
    const effects = this.swarm.step(event, this.nowMs)
    this.effects.push(...effects)
    return effects
  }

  /** In the room, and told of these. */
  enter(others: readonly string[] = []): readonly SwarmEffect[] {
    this.step({ type: 'room', self: 'm' })
    return this.step({ type: 'members', members: others })
  }

  /** It called us and is through: it said hello, what it has, and that we may ask. */
  meet(peer: string, theirs: readonly number[] = []): void {
    if (!this.step({ type: 'offer', peer }).some(({ type }) => type === 'accept')) return
    this.greet(peer, theirs)
  }

  greet(peer: string, theirs: readonly number[] = []): void {
    this.step({ type: 'open', peer })
    this.frames(peer, helloOf(), ...haveOf(theirs), { type: 'slot', isOpen: true })
  }

  frames(peer: string, ...frames: readonly Frame[]): SwarmEffect[] {
    return frames.flatMap((frame) => this.step({ type: 'frame', peer, frame }))
  }

  /** Lets time pass, ringing whenever it is asked for. */
  run(ms: number): void {
    const endMs = this.nowMs + ms
    for (;;) {
      const dueMs = Math.max(this.nowMs, this.swarm.deadlineMs ?? Infinity)
      if (dueMs > endMs) break
      this.nowMs = dueMs
      this.step({ type: 'tick' })
    }
    this.nowMs = endMs
  }

  /** Those of one type, of one peer if it is given. */
  of<Type extends SwarmEffect['type']>(type: Type): Extract<SwarmEffect, { type: Type }>[] {
    return this.effects.filter(
      (effect): effect is Extract<SwarmEffect, { type: Type }> => effect.type === type,
    )
  }

  sentTo(peer: string): Frame[] {
    return this.of('send').flatMap((effect) => (effect.peer === peer ? [effect.frame] : []))
  }
}

export function members(count: number, from = 0): string[] {
  return Array.from({ length: count }, (_, i) => `p${from + i}`)
}

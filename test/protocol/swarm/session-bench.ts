import { parseShareId } from '../../../protocol/share-id.ts'
import { PeerSession } from '../../../protocol/swarm/peer-session.ts'
import type { SessionEffect, SessionEvent } from '../../../protocol/swarm/session-event.ts'
import { viewOf, type ShareView } from '../../../protocol/swarm/share-view.ts'
import type { SwarmEffect } from '../../../protocol/swarm/swarm-event.ts'
import type { Frame } from '../../../protocol/wire/frame.ts'

export const SHARE_ID = parseShareId('00'.repeat(20))

/** A view of a share of which these chunks are here. */
function shareOf(chunks: readonly number[] = []): ShareView {
  const view = viewOf(SHARE_ID)
  for (const index of chunks) view.mine.add(index)
  return view
}

export function helloOf(seq = 0): Frame {
  const [genesis, readToken] = [undefined, undefined]
  return { type: 'hello', version: 1, shareId: SHARE_ID, seq, genesis, readToken }
}

export function haveOf(chunks: readonly number[]): Frame[] {
  return shareOf(chunks).mine.tellAll()
}

export function sealedOf(index: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(40).fill(index)
}

/** One session, driven by hand: what it says is kept. */
export class SessionBench {
  readonly session: PeerSession
  readonly share: ShareView
  nowMs = 0

  constructor(chunks: readonly number[] = [], options: { isSeed?: boolean } = {}) {
    this.share = shareOf(chunks)
    const { isSeed = false } = options
    this.session = new PeerSession({
      share: this.share,
      isSeed,
      requestsMax: 2,
      mayGiveParts: () => true,
    })
  }

  /** Opened, and the other said hello, what it has, and that it serves us. */
  static ready(chunks: readonly number[] = [], theirs: readonly number[] = []): SessionBench {
    const bench = new SessionBench(chunks)
    bench.step({ type: 'open' })
    bench.frames(helloOf(), ...haveOf(theirs), { type: 'slot', isOpen: true })
    return bench
  }

  step(event: SessionEvent): readonly SessionEffect[] {
    return this.session.step(event, this.nowMs)
  }

  frames(...frames: readonly Frame[]): SessionEffect[] {
    return frames.flatMap((frame) => this.step({ type: 'frame', frame }))
  }

  /** What it sends for these frames. */
  answers(...frames: readonly Frame[]): Frame[] {
    return sentIn(this.frames(...frames))
  }
}

export function sentIn(effects: readonly (SessionEffect | SwarmEffect)[]): Frame[] {
  return effects.flatMap((effect) => (effect.type === 'send' ? [effect.frame] : []))
}

export function closing(reason: string, isBan: boolean): unknown[] {
  return [
    { type: 'send', frame: { type: 'bye', reason } },
    { type: 'close', reason, isBan },
  ]
}

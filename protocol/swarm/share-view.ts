import type { Bytes } from '../bytes.ts'
import type { ShareId } from '../share-id.ts'
import { HaveMap } from './have-map.ts'
import type { SessionEvent } from './session-event.ts'
import type { SwarmEvent } from './swarm-event.ts'

/** What this end knows of the share: looked at whenever something is said about it, changed by its owner. */
export type ShareView = {
  readonly shareId: ShareId
  /** 180 bytes, once known. */
  genesis: Bytes | undefined
  /** Shown to a seed and to nobody else. */
  readToken: Bytes | undefined
  /** Of the checkpoint held, 0 without one. */
  seq: number
  /** 196 bytes, once there is one. */
  checkpoint: Bytes | undefined
  /** What can be served. */
  readonly mine: HaveMap
}

/** Of a share of which nothing is here. */
export function viewOf(shareId: ShareId): ShareView {
  const [genesis, readToken, checkpoint] = [undefined, undefined, undefined]
  return { shareId, genesis, readToken, seq: 0, checkpoint, mine: new HaveMap() }
}

/** @returns What all sessions are to hear of it. */
export function learn(
  share: ShareView,
  event: Extract<SwarmEvent, { type: 'genesis' | 'checkpoint' }>,
): SessionEvent {
  if (event.type === 'genesis') {
    share.genesis = event.genesis
    share.readToken = event.readToken
    return { type: 'genesis' }
  }
  share.seq = event.seq
  share.checkpoint = event.bytes
  return { type: 'tell', frames: [] }
}

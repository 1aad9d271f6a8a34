import type { Bytes } from '../bytes.ts'
import type { Ask } from '../wire/ask.ts'
import type { Bye } from '../wire/bye.ts'
import type { Frame } from '../wire/frame.ts'
import type { Hashes } from '../wire/hashes.ts'
import type { Hello } from '../wire/hello.ts'
import type { IndexSlice } from '../wire/index-slice.ts'
import type { Reject } from '../wire/reject.ts'
import type { SourceTraits } from './fetch-source.ts'
import type { HaveMap } from './have-map.ts'
import type { CallRefusal } from './link-table.ts'
import type { PeerId } from './peer-id.ts'
import type { Refusal } from './session-event.ts'

export type SwarmEvent =
  /**
   * We are in the room under this name: the first time, or again after the signal server was away. Undefined: out of
   * it, or the signal server is away, and nobody of it is called.
   */
  | { type: 'room'; self: PeerId | undefined }
  /** Others that are there now. */
  | { type: 'members'; members: readonly PeerId[] }
  /** A member calls. Answered by `accept` or `refuse`. */
  | { type: 'offer'; peer: PeerId }
  /** Call this seed over WebRTC. Answered by `connect` or `no-call`, unless it is connected already. */
  | { type: 'call-seed'; peer: PeerId }
  /** Whom we called cannot be reached, or what it answered is wrong. */
  | { type: 'unreachable'; peer: PeerId }
  /** Whom we called is not at the signal server just now. */
  | { type: 'gone'; peer: PeerId }
  /** It could not be called or answered: the thread that makes connections has no room for one more, nobody's fault. */
  | { type: 'full'; peer: PeerId }
  /** The channel is open. */
  | { type: 'open'; peer: PeerId }
  /** The channel is closed, whoever did it. */
  | { type: 'close'; peer: PeerId }
  | { type: 'frame'; peer: PeerId; frame: Frame }
  /** How much of what was given to its channel still waits on this side of it. */
  | { type: 'sent'; peer: PeerId; unsentBytes: number }
  /**
   * We want no more of it. misbehaved, and so banned: it sent what is no frame, or a checkpoint, hashes, an index
   * or a genesis that are not the owner's. unsupported: it speaks another version.
   */
  | { type: 'end'; peer: PeerId; reason: Bye['reason'] }
  /** We chose anew how we may be met: what there is with it is ended for our own sake, and it may be met again at once. */
  | { type: 'renew'; peer: PeerId }
  /** Ask it for a chunk. Answered by `deliver` or `release`, unless it is taken back. */
  | { type: 'want'; peer: PeerId; index: number }
  | { type: 'unwant'; peer: PeerId; index: number }
  /** What was delivered has the published hash, or not. */
  | { type: 'verdict'; peer: PeerId; index: number; isGood: boolean }
  /** We can serve these from now on, or not any more. */
  | { type: 'held'; indexes: readonly number[] }
  | { type: 'dropped'; indexes: readonly number[] }
  /** These came and were right, and are not kept: nobody hears that we have them. */
  | { type: 'unkept'; indexes: readonly number[] }
  /** What a `serve` asked for, as published; or why it is not given. */
  | { type: 'read'; peer: PeerId; index: number; sealed: Bytes }
  | { type: 'unread'; peer: PeerId; index: number; reason: Reject['reason'] }
  /** The share has this genesis, this newest checkpoint: they are passed on. */
  | { type: 'genesis'; genesis: Bytes; readToken: Bytes }
  | { type: 'checkpoint'; seq: number; bytes: Bytes }
  /** Ask it for hashes or a slice of the index. Answered by `part` or `part-refused`. */
  | { type: 'ask'; peer: PeerId; ask: Ask }
  /** What a `serve-part` asked for. */
  | { type: 'answer'; peer: PeerId; frame: Hashes | IndexSlice }
  | { type: 'no-answer'; peer: PeerId; ask: Ask; reason: Reject['reason'] }
  /** The person's switch: whether we serve others. */
  | { type: 'serving'; isOn: boolean }
  /** The person's bound on what others are given within 24 hours; none if undefined. */
  | { type: 'daily-bound'; bytesMax: number | undefined }
  /**
   * Nothing more of the share's `chunkCount` chunks is sought: all are here, or all that are to be kept. Nobody is
   * called any more, who calls is served, and who has all is left.
   */
  | { type: 'complete'; chunkCount: number }
  /** More of them is sought again. */
  | { type: 'seek' }
  /** This end goes away. Nothing is to be said after it. */
  | { type: 'stop'; reason: Bye['reason'] }
  | { type: 'tick' }

export type SwarmEffect =
  /** Make a connection and send the offer. */
  | { type: 'connect'; peer: PeerId; isSeed: boolean }
  /** This seed is not called now: say it again later. */
  | { type: 'no-call'; peer: PeerId; reason: CallRefusal }
  /** Answer its offer. */
  | { type: 'accept'; peer: PeerId }
  /** Forget its offer. */
  | { type: 'refuse'; peer: PeerId }
  | { type: 'send'; peer: PeerId; frame: Frame }
  /** Close the connection, or give the call up; what was sent may go out first. `close` need not be said back. */
  | { type: 'disconnect'; peer: PeerId }
  /** Ask the room for more members. */
  | { type: 'find' }
  /** It said hello: a source from now on. `held` is alive. Check its genesis; show it no secret but what hello does. */
  | { type: 'join'; peer: PeerId; traits: SourceTraits; held: HaveMap; hello: Hello }
  | { type: 'leave'; peer: PeerId; isBanned: boolean; reason: Bye['reason'] | 'lost' }
  /** Whether it may be asked for chunks now. */
  | { type: 'slot'; peer: PeerId; isOpen: boolean }
  /** It has these from now on, or not any more: `held` knows already. */
  | { type: 'gained'; peer: PeerId; indexes: readonly number[] }
  | { type: 'lost'; peer: PeerId; indexes: readonly number[] }
  /** Not verified: say `verdict`. */
  | { type: 'deliver'; peer: PeerId; index: number; sealed: Bytes }
  | { type: 'release'; peer: PeerId; index: number; reason: Refusal }
  /** Read this chunk, compare it with its published hash, and say `read` or `unread`. */
  | { type: 'serve'; peer: PeerId; index: number }
  | { type: 'unserve'; peer: PeerId; index: number }
  /** Not verified: say `checkpoint` if it is new and right, `end` misbehaved if it is wrong. */
  | { type: 'checkpoint'; peer: PeerId; bytes: Bytes }
  /** Not verified: say `end` misbehaved if it is wrong. */
  | { type: 'part'; peer: PeerId; frame: Hashes | IndexSlice }
  | { type: 'part-refused'; peer: PeerId; what: Ask['what']; first: number; reason: Refusal }
  /** Say `answer` or `no-answer`. */
  | { type: 'serve-part'; peer: PeerId; ask: Ask }

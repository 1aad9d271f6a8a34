import type { Bytes } from '../bytes.ts'
import type { Ask } from '../wire/ask.ts'
import type { Bye } from '../wire/bye.ts'
import type { Frame } from '../wire/frame.ts'
import type { Hashes } from '../wire/hashes.ts'
import type { Have } from '../wire/have.ts'
import type { Hello } from '../wire/hello.ts'
import type { IndexSlice } from '../wire/index-slice.ts'
import type { Reject } from '../wire/reject.ts'

/**
 * Why a chunk or part that was asked for is not waited for any more. missing: the other does not have it, whatever
 * it said. busy: not now. budget: not again, or not today. silent: it let the time run out. gone: it is not there.
 */
export type Refusal = Reject['reason'] | 'silent' | 'gone'

export type SessionEvent =
  /** The channel is open. */
  | { type: 'open' }
  /** The view knows the genesis now, and the readToken with it. */
  | { type: 'genesis' }
  | { type: 'frame'; frame: Frame }
  /** How much of what was given to the channel still waits on this side of it. */
  | { type: 'sent'; unsentBytes: number }
  /** Ask it for a chunk. Answered by `deliver` or `release`, unless it is taken back. */
  | { type: 'want'; index: number }
  | { type: 'unwant'; index: number }
  /** It came, and no 'have' will say so. */
  | { type: 'arrived'; index: number }
  /** What was delivered has the published hash, or not. */
  | { type: 'verdict'; isGood: boolean }
  /** Whether it may ask us for chunks. */
  | { type: 'slot'; isOpen: boolean }
  /** A chunk that was to be served, as published. */
  | { type: 'read'; index: number; sealed: Bytes }
  /** missing: it is not here as published. busy: it cannot be read just now. */
  | { type: 'unread'; index: number; reason: Reject['reason'] }
  /** We have more chunks, or the share a newer checkpoint. The view knows of them already. */
  | { type: 'tell'; frames: readonly Have[] }
  /** Ask it for hashes or a slice of the index. Answered by `part` or `part-refused`. */
  | { type: 'ask'; ask: Ask }
  /** What a `serve-part` asked for. */
  | { type: 'answer'; frame: Hashes | IndexSlice }
  | { type: 'no-answer'; ask: Ask; reason: Reject['reason'] }
  /** This end wants no more of it. Whoever misbehaved is banned. */
  | { type: 'end'; reason: Bye['reason'] }
  /** The channel is gone. */
  | { type: 'close' }
  | { type: 'tick' }

export type SessionEffect =
  | { type: 'send'; frame: Frame }
  /** It said who it is: from now on all else happens. Whether genesis and readToken are right is for the shell. */
  | { type: 'hello'; hello: Hello }
  /** It has these, too. A hint. */
  | { type: 'gained'; indexes: readonly number[] }
  /** These cannot be had from it after all. */
  | { type: 'lost'; indexes: readonly number[] }
  /** Whether it may be asked for chunks. What it was asked for before is still answered. */
  | { type: 'slot'; isOpen: boolean }
  /** A chunk that was asked for, not verified: say `verdict`. */
  | { type: 'deliver'; index: number; sealed: Bytes }
  | { type: 'release'; index: number; reason: Refusal }
  /** Read this chunk, compare it with its published hash, and say `read` or `unread`. */
  | { type: 'serve'; index: number }
  /** It is not needed any more: saying `read` does no harm. */
  | { type: 'unserve'; index: number }
  /** Not verified. */
  | { type: 'checkpoint'; bytes: Bytes }
  /** Hashes or a slice that were asked for, not verified. */
  | { type: 'part'; frame: Hashes | IndexSlice }
  | { type: 'part-refused'; what: Ask['what']; first: number; reason: Refusal }
  /** Say `answer` or `no-answer`. */
  | { type: 'serve-part'; ask: Ask }
  /** Over: nothing follows. Close the channel once what was sent is out. A ban is for good. */
  | { type: 'close'; reason: Bye['reason']; isBan: boolean }

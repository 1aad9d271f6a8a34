import type { Bytes } from '../bytes.ts'
import type { Directory } from '../record/directory.ts'
import type { SeedId } from '../seed-id.ts'
import type { ShareId } from '../share-id.ts'
import type { CustodyJob } from './custody-job.ts'
import type { Hello } from './presence.ts'
import type { SeedReport } from './seed-report.ts'
import type { ShareFacts } from './share-facts.ts'

/** What became of a job. */
export type JobAnswer = Readonly<
  /** Of a look; of the others, if they met a deletion. `deletion` is the owner's signed checkpoint. */
  | { type: 'reported'; report: SeedReport; deletion?: Bytes | undefined }
  /** Done as asked: what changed here comes as an event of its own. */
  | { type: 'done' }
  /** It has no room, or its operator does not want the share. */
  | { type: 'refused' }
  /** Nobody answered. */
  | { type: 'silent' }
  /** It answered, and it did not work out. */
  | { type: 'failed' }
  /** It sent a hash list that is not the owner's. */
  | { type: 'forged' }
  /** Of a fill: everything is here, or no source had any more. `liars` sent bytes of another hash. */
  | { type: 'filled'; isWhole: boolean; liars: readonly SeedId[] }
  /** Of an audit: its receipt is a proof for checkpoint `seq`, if for any, and how many chunks were as they must be. */
  | { type: 'audited'; seq: number | undefined; goodCount: number; badCount: number }
>

export type CustodyEvent =
  | { type: 'directory'; directory: Directory }
  /** A share is here, or what is here of it changed. */
  | { type: 'share'; shareId: ShareId; facts: ShareFacts }
  | { type: 'removed'; shareId: ShareId }
  | { type: 'answered'; job: CustodyJob; answer: JobAnswer }
  /** `hello` is undefined if nobody answered. */
  | { type: 'probed'; seedId: SeedId; hello: Hello | undefined }
  | { type: 'tick' }

export type CustodyEffect =
  /** Do it, and answer it once with `answered`. */
  | { type: 'job'; job: CustodyJob }
  /** Ask the seed whether it is there, and answer with `probed`. */
  | { type: 'probe'; seedId: SeedId }
  /** Take the owner's deletion. */
  | { type: 'accept'; shareId: ShareId; deletion: Bytes }
  /** Drop the share if its checkpoint is still this one. */
  | { type: 'letGo'; shareId: ShareId; seq: number }

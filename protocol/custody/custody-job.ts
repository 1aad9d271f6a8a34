import type { Bytes } from '../bytes.ts'
import type { SeedId } from '../seed-id.ts'
import type { ShareId } from '../share-id.ts'

/** One thing to do about a share, at one seed or, to fill it, from several. Each is answered once. */
export type CustodyJob = Readonly<{ shareId: ShareId } & (SeedJob | FillJob)>

type SeedJob = { seedId: SeedId } & (
  | { type: 'look' }
  /** Get its checkpoint and the hash list. */
  | { type: 'take' }
  /** Hand it the share and our checkpoint. Of the hash list it has those of `knownCount` chunks. */
  | { type: 'tell'; knownCount: number }
  /** Ask for its receipt over `challenge`, 16 bytes, and for these chunks, and hash them. */
  | { type: 'audit'; challenge: Bytes; chunks: readonly number[] }
)

/** Pull what is missing here: hash list, index, chunks. Best sources first. */
type FillJob = { type: 'fill'; sources: readonly SeedId[] }

export type JobType = CustodyJob['type']

/** Two jobs of the same key are one job. */
export function keyOf(job: CustodyJob): string {
  return job.type === 'fill' ? 'fill' : `${job.type} ${job.seedId}`
}

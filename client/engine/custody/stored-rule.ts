import { isEqual } from '../../../protocol/bytes.ts'
import type { Checkpoint } from '../../../protocol/checkpoint.ts'
import { meetsPolicy, type Policy } from '../../../protocol/placement.ts'
import type { Directory, Seed } from '../../../protocol/record/directory.ts'
import type { Receipt } from '../../../protocol/record/receipt.ts'
import type { SeedId } from '../../../protocol/seed-id.ts'

export type CustodyQuestion = Readonly<{
  /** The sealed checkpoint whose content must be held. */
  checkpoint: Checkpoint
  policy: Policy
  directory: Directory
  receipts: ReadonlyMap<SeedId, Receipt>
}>

/**
 * True if a receipt says that all of this sealed content is kept for as long as it was promised. A later
 * checkpoint may extend that time and changes nothing else, so `seq` is not compared.
 */
export function isReceiptFor(receipt: Receipt, checkpoint: Checkpoint): boolean {
  return isSameContent(receipt, checkpoint) && receipt.keepUntilMs >= checkpoint.expiresAtMs
}

/** True if a seed holds all of it under this very checkpoint, and does not keep it for as long as was asked. */
export function isShortLived(receipt: Receipt, checkpoint: Checkpoint): boolean {
  const isShort = receipt.keepUntilMs < checkpoint.expiresAtMs
  return isSameContent(receipt, checkpoint) && receipt.seq === checkpoint.seq && isShort
}

/** The seeds of the directory whose receipts count for this content. */
function receiptedSeeds({ checkpoint, directory, receipts }: CustodyQuestion): Seed[] {
  return directory.seeds.filter(({ id }) => {
    const receipt = receipts.get(id)
    return receipt !== undefined && isReceiptFor(receipt, checkpoint)
  })
}

/**
 * The one rule for "stored": receipts for the sealed content from seeds of a current directory that meet the
 * policy.
 *
 * @returns Those seeds, or undefined while it is not stored.
 * @see SPEC.md §9
 */
export function storedSeeds(question: CustodyQuestion, nowMs: number): readonly Seed[] | undefined {
  // Past its end a directory no longer says who is a seed.
  if (nowMs >= question.directory.endsAtMs) return undefined
  const seeds = receiptedSeeds(question)
  return meetsPolicy(question.policy, seeds) ? seeds : undefined
}

function isSameContent(receipt: Receipt, checkpoint: Checkpoint): boolean {
  return (
    checkpoint.state === 'sealed' &&
    receipt.shareId === checkpoint.shareId &&
    receipt.n === checkpoint.chunkCount &&
    isEqual(receipt.root, checkpoint.root) &&
    isEqual(receipt.indexHash, checkpoint.indexHash)
  )
}

import { isEqual, type Bytes } from '../bytes.ts'
import { servableUntilMs, type Checkpoint } from '../checkpoint.ts'
import { TransferError } from '../errors.ts'
import { openRecordBy } from '../record/record.ts'

/** What a receipt must say to count. */
export type ExpectedReceipt = Readonly<{
  /** Ed25519 public key of the seed whose word it must be. */
  seedKey: Bytes
  /** Sealed, and held here. */
  checkpoint: Checkpoint
  /** The 16 bytes sent with the question: an older receipt has others. */
  challenge: Bytes
  /** Until when it must be kept at least. */
  keepUntilMs: number
}>

/** True if it is that seed's own receipt for this very checkpoint, made after we asked. */
export function isProof(receipt: Bytes, expected: ExpectedReceipt): boolean {
  const { checkpoint, challenge } = expected
  try {
    const said = openRecordBy('receipt', receipt, expected.seedKey)
    return (
      said.shareId === checkpoint.shareId &&
      said.seq === checkpoint.seq &&
      said.n === checkpoint.chunkCount &&
      isEqual(said.root, checkpoint.root) &&
      isEqual(said.indexHash, checkpoint.indexHash) &&
      isEqual(said.challenge, challenge) &&
      said.keepUntilMs >= Math.min(expected.keepUntilMs, servableUntilMs(checkpoint))
    )
  } catch (cause) {
    if (cause instanceof TransferError) return false
    throw cause
  }
}

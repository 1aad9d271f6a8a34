import type { Bytes } from '../bytes.ts'
import { CHECKPOINT_BYTES, decodeCheckpoint } from '../checkpoint.ts'
import { TransferError } from '../errors.ts'
import {
  extentChunkCount,
  extentCountOf,
  HASH_BYTES,
  splitHashes,
  type ExtentHashes,
} from '../hash-list.ts'

/** Answer to `POST /v1/shares/:id/open`: what a recipient needs to ask for its first chunk. */
export type OpenAnswer = Readonly<{
  /** 196 bytes, unverified. */
  checkpoint: Bytes
  /** Empty while nothing is published. */
  sealedIndex: Bytes
  /** Of all extents; chunk hashes of the first only. */
  extents: readonly ExtentHashes[]
}>

/**
 * Cuts an answer into its parts: checkpoint 196 ‖ index ‖ extent hashes ‖ chunk hashes of extent 0. SPEC.md §10.
 * Nothing of it is verified: `acceptCheckpoint` does that.
 *
 * @throws {TransferError} CHECKPOINT_INVALID if the parts are not as long as the checkpoint says.
 */
export function decodeOpenAnswer(answer: Bytes): OpenAnswer {
  const checkpoint = answer.slice(0, CHECKPOINT_BYTES)
  const { chunkCount, indexBytes } = decodeCheckpoint(checkpoint)
  const indexEnd = CHECKPOINT_BYTES + indexBytes
  const extentsEnd = indexEnd + extentCountOf(chunkCount) * HASH_BYTES
  if (answer.length !== extentsEnd + extentChunkCount(0, chunkCount) * HASH_BYTES) {
    throw new TransferError(
      'CHECKPOINT_INVALID',
      'The answer is not as long as its checkpoint says.',
    )
  }
  const first = answer.slice(extentsEnd)
  const extents = splitHashes(answer.slice(indexEnd, extentsEnd)).map((hash, e) => {
    return { hash, chunkHashes: e === 0 ? first : undefined }
  })
  return { checkpoint, sealedIndex: answer.slice(CHECKPOINT_BYTES, indexEnd), extents }
}

import { ByteReader } from '../../protocol/byte-reader.ts'
import { concat, isEqual, type Bytes } from '../../protocol/bytes.ts'
import { CHECKPOINT_BYTES, openCheckpoint, type Checkpoint } from '../../protocol/checkpoint.ts'
import { decodeGenesis, GENESIS_BYTES, shareIdOf, type Genesis } from '../../protocol/genesis.ts'
import { readHashOf } from '../../protocol/key-schedule.ts'
import type { Grant } from '../../protocol/record/grant.ts'
import { readRecord } from '../../protocol/record/header.ts'
import { openRecord } from '../../protocol/record/record.ts'
import type { ShareId } from '../../protocol/share-id.ts'
import type { Share } from './share.ts'

export const READ_TOKEN_BYTES = 32

/** What the `share` file beside the extents says: enough to hand the share on, or its tombstone. */
export type ShareFile = Readonly<{
  genesisBytes: Bytes
  genesis: Genesis
  grantBytes: Bytes
  grant: Grant
  readToken: Bytes
  checkpointBytes: Bytes | undefined
  checkpoint: Checkpoint | undefined
}>

/** genesis 180 ‖ grant ‖ readToken 32 ‖ checkpoint 196, or no checkpoint. */
export function encodeShareFile({ origin }: Share, checkpoint: Bytes | undefined): Bytes {
  const { genesisBytes, grantBytes, readToken } = origin
  return concat(genesisBytes, grantBytes, readToken, checkpoint ?? new Uint8Array(0))
}

/**
 * Checks everything that the file alone can tell: hashes and signatures.
 *
 * @throws {TransferError} GENESIS_INVALID, RECORD_INVALID or CHECKPOINT_INVALID: the file is damaged.
 */
export function decodeShareFile(shareId: ShareId, bytes: Bytes): ShareFile {
  const reader = new ByteReader(bytes, 'GENESIS_INVALID')
  const genesisBytes = reader.bytes(GENESIS_BYTES)
  if (shareIdOf(genesisBytes) !== shareId) throw reader.fail('the genesis of another share')
  const genesis = decodeGenesis(genesisBytes)
  const grantBytes = readRecord(reader)
  const { body: grant } = openRecord('grant', grantBytes)
  const readToken = reader.bytes(READ_TOKEN_BYTES)
  if (!isEqual(readHashOf(readToken), genesis.readHash)) throw reader.fail('a wrong read token')
  const checkpointBytes = reader.remaining === 0 ? undefined : reader.bytes(CHECKPOINT_BYTES)
  reader.end()
  const checkpoint =
    checkpointBytes === undefined
      ? undefined
      : openCheckpoint(checkpointBytes, genesis.ownerPublicKey)
  return { genesisBytes, genesis, grantBytes, grant, readToken, checkpointBytes, checkpoint }
}

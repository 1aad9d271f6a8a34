import type { Bytes } from '../bytes.ts'
import { TransferError } from '../errors.ts'
import { GENESIS_BYTES } from '../genesis.ts'
import { formatShareId, SHARE_ID_BYTES, shareIdBytes, type ShareId } from '../share-id.ts'
import type { FrameCodec } from './codec.ts'

export const WIRE_VERSION = 1
const READ_TOKEN_BYTES = 32
const flagBits = { genesis: 1, readToken: 2 } as const

/** The first word to a peer: which share this is about, and how far we have it. */
export type Hello = Readonly<{
  type: 'hello'
  version: typeof WIRE_VERSION
  shareId: ShareId
  /** Of the checkpoint held; 0 without one. */
  seq: number
  /** GENESIS_BYTES, from whoever has it; whether it hashes to the share id is for the reader to check. */
  genesis: Bytes | undefined
  /** 32 bytes. To a seed only, once its answer was checked; a peer is never shown it. */
  readToken: Bytes | undefined
}>

/** `u8 version ‖ u8 flags ‖ zero 2 ‖ share id 20 ‖ u64 seq ‖ genesis 180? ‖ readToken 32?`. SPEC.md §12.3. */
export const hello: FrameCodec<Hello> = {
  id: 1,

  encode({ version, shareId, seq, genesis, readToken }, writer) {
    const flags =
      (genesis === undefined ? 0 : flagBits.genesis) |
      (readToken === undefined ? 0 : flagBits.readToken)
    writer.u8(version).u8(flags).zeros(2).bytes(shareIdBytes(shareId)).u64(seq)
    if (genesis !== undefined) writer.bytes(genesis, GENESIS_BYTES)
    if (readToken !== undefined) writer.bytes(readToken, READ_TOKEN_BYTES)
  },

  decode(reader) {
    const version = reader.u8()
    // Nothing else is read: another version may say anything behind it.
    if (version !== WIRE_VERSION) throw otherVersion(version)
    const flags = reader.u8()
    if ((flags & ~(flagBits.genesis | flagBits.readToken)) !== 0) throw reader.fail('unknown flags')
    reader.zeros(2)
    return {
      type: 'hello',
      version,
      shareId: formatShareId(reader.bytes(SHARE_ID_BYTES)),
      seq: reader.u64(),
      genesis: (flags & flagBits.genesis) === 0 ? undefined : reader.bytes(GENESIS_BYTES),
      readToken: (flags & flagBits.readToken) === 0 ? undefined : reader.bytes(READ_TOKEN_BYTES),
    }
  },
}

function otherVersion(version: number): TransferError {
  const message = `The peer speaks version ${version} of the protocol.`
  return new TransferError('FRAME_INVALID', message, { details: { version } })
}

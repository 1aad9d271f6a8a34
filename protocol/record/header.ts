import { ByteReader } from '../byte-reader.ts'
import { concat, encodeUtf8, type Bytes } from '../bytes.ts'
import { PUBLIC_KEY_BYTES, SIGNATURE_BYTES } from '../crypto/ed25519.ts'
import { RECORD_BODY_BYTES_MAX } from '../limits.ts'

export const RECORD_MAGIC = encodeUtf8('SKR1')
/** Magic 4, kind 1, length of the body 4. */
export const RECORD_HEADER_BYTES = 9
/** Everything in a record but its body. */
export const RECORD_OVERHEAD_BYTES = RECORD_HEADER_BYTES + PUBLIC_KEY_BYTES + SIGNATURE_BYTES

export type RecordHeader = Readonly<{ id: number; bodyLength: number }>

/** `magic 4 ‖ kind u8 ‖ length u32`: reads the first RECORD_HEADER_BYTES bytes of a record. */
export function readHeader(reader: ByteReader): RecordHeader {
  reader.expect(RECORD_MAGIC, 'magic')
  const id = reader.u8()
  const bodyLength = reader.u32()
  if (bodyLength > RECORD_BODY_BYTES_MAX) throw reader.fail('the record is too long')
  return { id, bodyLength }
}

/**
 * How many bytes the record takes that stands at the start of `bytes`, by its header alone: splits what is
 * stored one after the other, such as genesis ‖ grant. It does not tell whether they are all there.
 *
 * @throws {TransferError} RECORD_INVALID if no record starts here.
 */
export function recordLength(bytes: Uint8Array): number {
  return readHeader(new ByteReader(bytes, 'RECORD_INVALID')).bodyLength + RECORD_OVERHEAD_BYTES
}

/** Takes one whole record out of a longer one, unopened. */
export function readRecord(reader: ByteReader): Bytes {
  const header = reader.bytes(RECORD_HEADER_BYTES)
  return concat(header, reader.bytes(recordLength(header) - RECORD_HEADER_BYTES))
}

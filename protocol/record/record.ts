import { ByteReader } from '../byte-reader.ts'
import { ByteWriter } from '../byte-writer.ts'
import { concat, encodeUtf8, isEqual, type Bytes } from '../bytes.ts'
import {
  isSigned,
  PUBLIC_KEY_BYTES,
  publicKeyOf,
  sign,
  SIGNATURE_BYTES,
} from '../crypto/ed25519.ts'
import { assert } from '../errors.ts'
import { RECORD_BODY_BYTES_MAX } from '../limits.ts'
import { readHeader, RECORD_MAGIC } from './header.ts'
import { records, type RecordBody, type RecordKind } from './table.ts'

/** What a record says, and whose word it is. Whether that key may say so is for the caller to know. */
export type OpenedRecord<Kind extends RecordKind> = Readonly<{
  body: RecordBody<Kind>
  /** Ed25519 public key, 32 bytes. */
  signer: Bytes
}>

const LABEL = encodeUtf8('skerry/1 record\0')

/**
 * Makes a signed record: `"SKR1" ‖ kind u8 ‖ length u32 ‖ body ‖ signer 32 ‖ signature 64`.
 *
 * @param secretKey - Ed25519 secret key, 32 bytes.
 * @see SPEC.md §8
 */
export function signRecord<Kind extends RecordKind>(
  kind: Kind,
  body: RecordBody<Kind>,
  secretKey: Bytes,
): Bytes {
  const encoded = encodeBody(kind, body)
  assert(encoded.length <= RECORD_BODY_BYTES_MAX, 'a record within the limit')
  const unsigned = new ByteWriter()
    .bytes(RECORD_MAGIC)
    .u8(records[kind].id)
    .u32(encoded.length)
    .bytes(encoded)
    .bytes(publicKeyOf(secretKey), PUBLIC_KEY_BYTES)
    .finish()
  return concat(unsigned, sign(concat(LABEL, unsigned), secretKey))
}

/**
 * Opens a record of the given kind, whoever signed it.
 *
 * @param bytes - One record and nothing else.
 * @throws {TransferError} RECORD_INVALID if a single bit is not as the signer wrote it, if it is of another
 * kind, or if it breaks a rule of its kind.
 */
export function openRecord<Kind extends RecordKind>(
  kind: Kind,
  bytes: Uint8Array,
): OpenedRecord<Kind> {
  const reader = new ByteReader(bytes, 'RECORD_INVALID')
  const { id, bodyLength } = readHeader(reader)
  if (id !== records[kind].id) throw reader.fail(`this record is not a ${kind}`)
  const body = reader.bytes(bodyLength)
  const signer = reader.bytes(PUBLIC_KEY_BYTES)
  const signature = reader.bytes(SIGNATURE_BYTES)
  reader.end()
  const signed = concat(LABEL, bytes.subarray(0, -SIGNATURE_BYTES))
  // Before the body is looked at: only what a key stands for reaches the codecs.
  if (!isSigned(signature, signed, signer)) throw reader.fail(`the ${kind} has a wrong signature`)
  return { body: decodeBody(kind, body), signer }
}

/**
 * Opens a record that only `expectedSigner` can have made.
 *
 * @throws {TransferError} RECORD_INVALID as `openRecord` does, and if another key signed it.
 */
export function openRecordBy<Kind extends RecordKind>(
  kind: Kind,
  bytes: Uint8Array,
  expectedSigner: Bytes,
): RecordBody<Kind> {
  const { body, signer } = openRecord(kind, bytes)
  if (isEqual(signer, expectedSigner)) return body
  throw new ByteReader(bytes, 'RECORD_INVALID').fail(`another key signed the ${kind}`)
}

function encodeBody<Kind extends RecordKind>(kind: Kind, body: RecordBody<Kind>): Bytes {
  const writer = new ByteWriter()
  records[kind].encode(body, writer)
  return writer.finish()
}

function decodeBody<Kind extends RecordKind>(kind: Kind, bytes: Bytes): RecordBody<Kind> {
  const reader = new ByteReader(bytes, 'RECORD_INVALID')
  const body = records[kind].decode(reader)
  reader.end()
  return body
}

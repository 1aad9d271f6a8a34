import { ByteReader } from '../byte-reader.ts'
import { ByteWriter } from '../byte-writer.ts'
import { concat, encodeUtf8, type Bytes } from '../bytes.ts'
import { engine, type CryptoEngine } from '../crypto/engine.ts'
import { assert, TransferError } from '../errors.ts'
import {
  ENVELOPES_PER_CONNECTION_MAX,
  NONCE_BYTES,
  SEALED_OVERHEAD_BYTES,
  SIGNAL_TEXT_BYTES_MAX,
} from '../limits.ts'

const MEMBER_BYTES = 16
const CONNECTION_BYTES = 16
const COUNT_BYTES = 4
/** What an envelope adds to the text in it. */
const ENVELOPE_OVERHEAD_BYTES = COUNT_BYTES + SEALED_OVERHEAD_BYTES
export const ENVELOPE_BYTES_MAX = ENVELOPE_OVERHEAD_BYTES + SIGNAL_TEXT_BYTES_MAX
const LABEL = encodeUtf8('skerry/1 signal\0')

/** Between whom an envelope goes, and about which connection: what the signal server is told anyway. */
export type EnvelopeRoute = Readonly<{
  /** Members of the room, MEMBER_BYTES each, as the signal server names them. */
  from: Bytes
  to: Bytes
  /** CONNECTION_BYTES, chosen by whoever made the first offer. */
  connection: Bytes
}>

export type OpenedEnvelope = Readonly<{ count: number; text: Bytes }>

/**
 * Seals what one peer says to another through the signal server, which can neither read nor change nor redirect it.
 *
 * @param count - 0 for the first of this connection in this direction, then one more each time.
 * @param nonce - NONCE_BYTES random bytes.
 * @param text - 1 to SIGNAL_TEXT_BYTES_MAX bytes.
 * @returns `u32 count ‖ nonce 12 ‖ AES-256-GCM`, ENVELOPE_BYTES_MAX bytes at most. SPEC.md §13.
 */
export async function sealEnvelope(
  {
    swarmKey,
    route,
    count,
    nonce,
    text,
  }: {
    swarmKey: Bytes
    route: EnvelopeRoute
    count: number
    nonce: Bytes
    text: Bytes
  },
  crypto: CryptoEngine = engine,
): Promise<Bytes> {
  assert(text.length > 0 && text.length <= SIGNAL_TEXT_BYTES_MAX, 'a text within the limit')
  assert(count < ENVELOPES_PER_CONNECTION_MAX, 'an envelope within the limit')
  const sealed = await crypto.gcmSeal(swarmKey, nonce, aadOf(route, count), text)
  return new ByteWriter(ENVELOPE_OVERHEAD_BYTES + text.length)
    .u32(count)
    .bytes(nonce, NONCE_BYTES)
    .bytes(sealed)
    .finish()
}

/**
 * Opens an envelope of another holder of the link. Whether it came before is for `EnvelopeGate` to know.
 *
 * @throws {TransferError} ENVELOPE_INVALID if key, route, count or a single bit is not as sealed.
 */
export async function openEnvelope(
  { swarmKey, route, envelope }: { swarmKey: Bytes; route: EnvelopeRoute; envelope: Bytes },
  crypto: CryptoEngine = engine,
): Promise<OpenedEnvelope> {
  const { count, nonce, sealed } = splitEnvelope(envelope)
  try {
    return { count, text: await crypto.gcmOpen(swarmKey, nonce, aadOf(route, count), sealed) }
  } catch (cause) {
    throw new TransferError('ENVELOPE_INVALID', 'The envelope does not open.', { cause })
  }
}

/** Reads the count before anything is opened. @throws {TransferError} ENVELOPE_INVALID */
export function envelopeCount(envelope: Bytes): number {
  return splitEnvelope(envelope).count
}

function splitEnvelope(envelope: Bytes): { count: number; nonce: Bytes; sealed: Bytes } {
  const reader = new ByteReader(envelope, 'ENVELOPE_INVALID')
  if (envelope.length > ENVELOPE_BYTES_MAX) throw reader.fail('The envelope is too long.')
  if (envelope.length <= ENVELOPE_OVERHEAD_BYTES) throw reader.fail('The envelope is too short.')
  const count = reader.u32()
  if (count >= ENVELOPES_PER_CONNECTION_MAX) throw reader.fail('The envelope is one too many.')
  return { count, nonce: reader.bytes(NONCE_BYTES), sealed: reader.bytes(reader.remaining) }
}

/** `"skerry/1 signal\0" ‖ from 16 ‖ to 16 ‖ connection 16 ‖ u32 count`. */
function aadOf({ from, to, connection }: EnvelopeRoute, count: number): Bytes {
  const fields = new ByteWriter()
    .bytes(from, MEMBER_BYTES)
    .bytes(to, MEMBER_BYTES)
    .bytes(connection, CONNECTION_BYTES)
    .u32(count)
  return concat(LABEL, fields.finish())
}

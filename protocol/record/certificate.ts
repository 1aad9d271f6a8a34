import { isPublicKey, PUBLIC_KEY_BYTES } from '../crypto/ed25519.ts'
import { assert } from '../errors.ts'
import type { Bytes } from '../bytes.ts'
import type { Jurisdiction } from '../jurisdiction.ts'
import type { RecordCodec } from './codec.ts'
import { readJurisdiction, writeJurisdiction } from './jurisdiction-field.ts'
import { isOperator } from './operator.ts'
import { readShortText, writeShortText } from './text.ts'

export const PLACE_BYTES = 16

/** The network vouches for a seed: who runs it, and under whose law. Signed by the network key. */
export type Certificate = Readonly<{
  seedKey: Bytes
  operator: string
  jurisdiction: Jurisdiction
  /** Random, drawn by the network: nobody chooses which shares come to a seed. */
  place: Bytes
  notAfterMs: number
}>

/** `seed key 32 ‖ u8 length ‖ operator ‖ jurisdiction 2 ‖ place 16 ‖ u64 not-after`. */
export const certificate: RecordCodec<Certificate> = {
  id: 1,

  encode({ seedKey, operator, jurisdiction, place, notAfterMs }, writer) {
    assert(isPublicKey(seedKey), 'a public key')
    assert(isOperator(operator), "an operator's name")
    writer.bytes(seedKey, PUBLIC_KEY_BYTES)
    writeShortText(writer, operator)
    writeJurisdiction(writer, jurisdiction)
    writer.bytes(place, PLACE_BYTES).u64(notAfterMs)
  },

  decode(reader) {
    const seedKey = reader.bytes(PUBLIC_KEY_BYTES)
    if (!isPublicKey(seedKey)) throw reader.fail('the seed has no valid key')
    return {
      seedKey,
      operator: readShortText(reader, isOperator),
      jurisdiction: readJurisdiction(reader),
      place: reader.bytes(PLACE_BYTES),
      notAfterMs: reader.u64(),
    }
  },
}

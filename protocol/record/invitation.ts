import type { Bytes } from '../bytes.ts'
import { assert } from '../errors.ts'
import type { Jurisdiction } from '../jurisdiction.ts'
import type { RecordCodec } from './codec.ts'
import { readJurisdiction, writeJurisdiction } from './jurisdiction-field.ts'
import { isOperator } from './operator.ts'
import { readShortText, writeShortText } from './text.ts'

export const INVITATION_NONCE_BYTES = 16

/** Leave for one seed to join, once. Signed by the network key. */
export type Invitation = Readonly<{
  jurisdiction: Jurisdiction
  operator: string
  /** Random: who hands it out remembers which nonces were used. */
  nonce: Bytes
  notAfterMs: number
}>

/** `jurisdiction 2 ‖ u8 length ‖ operator ‖ nonce 16 ‖ u64 not-after`. */
export const invitation: RecordCodec<Invitation> = {
  id: 3,

  encode({ jurisdiction, operator, nonce, notAfterMs }, writer) {
    assert(isOperator(operator), "an operator's name")
    writeJurisdiction(writer, jurisdiction)
    writeShortText(writer, operator)
    writer.bytes(nonce, INVITATION_NONCE_BYTES).u64(notAfterMs)
  },

  decode(reader) {
    return {
      jurisdiction: readJurisdiction(reader),
      operator: readShortText(reader, isOperator),
      nonce: reader.bytes(INVITATION_NONCE_BYTES),
      notAfterMs: reader.u64(),
    }
  },
}

import { ByteWriter } from '../../../protocol/byte-writer.ts'
import { concat, encodeUtf8, type Bytes } from '../../../protocol/bytes.ts'
import { publicKeyOf, sign } from '../../../protocol/crypto/ed25519.ts'

const LABEL = encodeUtf8('skerry/1 record\0')

export type Forgery = Readonly<{
  magic?: string
  id: number
  body: Bytes
  /** What the header says, where that is not the length of the body. */
  bodyLength?: number
  secretKey: Bytes
}>

/** Signs any bytes as a record, as somebody would who has a key and does not keep to the format. */
export function forgeRecord(forgery: Forgery): Bytes {
  const { magic = 'SKR1', id, body, bodyLength = body.length, secretKey } = forgery
  const unsigned = new ByteWriter()
    .bytes(encodeUtf8(magic))
    .u8(id)
    .u32(bodyLength)
    .bytes(body)
    .bytes(publicKeyOf(secretKey))
    .finish()
  return concat(unsigned, sign(concat(LABEL, unsigned), secretKey))
}

/** The same bytes but for one bit. */
export function flipBit(bytes: Bytes, bit: number): Bytes {
  return bytes.map((byte, at) => (at === bit >>> 3 ? byte ^ (1 << (bit % 8)) : byte))
}

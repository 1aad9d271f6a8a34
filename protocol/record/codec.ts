import type { ByteReader } from '../byte-reader.ts'
import type { ByteWriter } from '../byte-writer.ts'

/** The body of one kind of record. Encoding asserts, decoding throws RECORD_INVALID. */
export interface RecordCodec<Body> {
  /** The kind byte in the envelope. */
  readonly id: number
  encode(body: Body, writer: ByteWriter): void
  decode(reader: ByteReader): Body
}

import type { ByteReader } from '../byte-reader.ts'
import type { ByteWriter } from '../byte-writer.ts'

/** One kind of frame. Encoding asserts, decoding throws FRAME_INVALID. */
export interface FrameCodec<Frame> {
  /** The type byte in the header. */
  readonly id: number
  /** What stands as the index in the header; where it is undefined, zero does. */
  readonly indexOf?: (frame: Frame) => number
  /** How long the body of a long frame is, so that it is written once. */
  readonly bodyBytes?: (frame: Frame) => number
  encode(frame: Frame, writer: ByteWriter): void
  decode(reader: ByteReader, index: number): Frame
}

import { ByteReader } from '../byte-reader.ts'
import { ByteWriter } from '../byte-writer.ts'
import type { Bytes } from '../bytes.ts'
import { assert, TransferError } from '../errors.ts'
import { FRAME_BYTES_MAX, FRAME_HEADER_BYTES } from '../limits.ts'
import { frames, frameTypes, type FrameOf, type FrameType } from './table.ts'

/** What peers say to each other: one frame is one message. */
export type Frame = FrameOf<FrameType>

const typeOf: ReadonlyMap<number, FrameType> = new Map(
  frameTypes.map((type) => [frames[type].id, type]),
)

/** One message of a data channel, FRAME_BYTES_MAX bytes at most: header 16 ‖ body. SPEC.md §12. */
export function encodeFrame(frame: Frame): Bytes {
  return encodeAs(frame.type, frame)
}

/**
 * @param bytes - One whole message. What is decoded from it takes no more memory than it does.
 * @throws {TransferError} FRAME_INVALID for anything but an exact frame. Of another version of the protocol,
 * `details.version` says which one: no fault of the peer's, and the end of the conversation.
 */
export function decodeFrame(bytes: Uint8Array): Frame {
  const reader = new ByteReader(bytes, 'FRAME_INVALID')
  if (bytes.length > FRAME_BYTES_MAX) throw reader.fail(`a frame of ${bytes.length} bytes`)
  const id = reader.u8()
  reader.zeros(3)
  const index = reader.u32()
  reader.zeros(8)
  const type = typeOf.get(id)
  if (type === undefined) throw reader.fail(`an unknown frame ${id}`)
  const codec = frames[type]
  if (codec.indexOf === undefined && index !== 0) throw reader.fail(`a ${type} with an index`)
  const frame = codec.decode(reader, index)
  reader.end()
  return frame
}

/** Why a conversation ends in which this was thrown at a message: a program of another version is nobody's fault. */
export function byeReasonOf(cause: unknown): 'unsupported' | 'misbehaved' {
  const isOther = cause instanceof TransferError && cause.details['version'] !== undefined
  return isOther ? 'unsupported' : 'misbehaved'
}

function encodeAs<Type extends FrameType>(type: Type, frame: FrameOf<Type>): Bytes {
  const codec = frames[type]
  const writer = new ByteWriter(FRAME_HEADER_BYTES + (codec.bodyBytes?.(frame) ?? 0))
  writer
    .u8(codec.id)
    .zeros(3)
    .u32(codec.indexOf?.(frame) ?? 0)
    .zeros(8)
  codec.encode(frame, writer)
  const bytes = writer.finish()
  assert(bytes.length <= FRAME_BYTES_MAX, 'a frame within one message')
  return bytes
}

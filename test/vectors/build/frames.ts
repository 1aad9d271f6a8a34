import { concat, type Bytes } from '../../../protocol/bytes.ts'
import { encodeFrame, type Frame } from '../../../protocol/wire/frame.ts'
import { frameTypes } from '../../../protocol/wire/table.ts'
import { patched } from '../../protocol/owner.ts'
import { moreFrames, sampleFrames } from '../../protocol/wire/samples.ts'
import type { VectorFile } from '../vector-file.ts'

const BODY_AT = 16
const INDEX_AT = 4

export function buildFrames(): VectorFile {
  const valid: Frame[] = [...frameTypes.map((type) => sampleFrames[type]), ...moreFrames]
  return {
    valid: valid.map((frame) => ({ frame, bytes: encodeFrame(frame) })),
    invalid: [...frameTypes.flatMap((type) => spoilHeader(type)), ...spoilBodies()],
  }
}

function refuse(name: string, bytes: Bytes): object {
  return { name, bytes, code: 'FRAME_INVALID' }
}

function spoilHeader(type: Frame['type']): object[] {
  const bytes = encodeFrame(sampleFrames[type])
  const spoiled = [
    refuse(`${type}: a reserved byte of the header`, patched(bytes, 3, [1])),
    refuse(`${type}: the last reserved byte of the header`, patched(bytes, 15, [1])),
    refuse(`${type}: no body`, bytes.slice(0, BODY_AT)),
  ]
  if (type === 'chunk' || type === 'index') return spoiled
  return [
    ...spoiled,
    refuse(`${type}: cut by one byte`, bytes.slice(0, -1)),
    refuse(`${type}: one byte behind it`, concat(bytes, Uint8Array.of(0))),
  ]
}

/** A frame of the type, with `patch` at `offset` of its body. */
function spoil(type: Frame['type'], what: string, offset: number, patch: number[]): object {
  return refuse(`${type}: ${what}`, patched(encodeFrame(sampleFrames[type]), BODY_AT + offset, patch))
}

function spoilIndex(type: Frame['type'], what: string, patch: number[]): object {
  return refuse(`${type}: ${what}`, patched(encodeFrame(sampleFrames[type]), INDEX_AT, patch))
}

function spoilBodies(): object[] {
  const header = new Uint8Array(BODY_AT)
  const tail = (type: Frame['type'], body: Bytes): Bytes =>
    concat(encodeFrame(sampleFrames[type]).slice(0, BODY_AT), body)
  return [
    refuse('nothing at all', new Uint8Array()),
    refuse('half a header', encodeFrame(sampleFrames.slot).slice(0, 8)),
    refuse('type 0', header),
    refuse('type 13', patched(header, 0, [13])),
    spoil('hello', 'another version (2)', 0, [2]),
    spoil('hello', 'an unknown flag', 1, [5]),
    spoil('hello', 'a genesis less than its flags say', 1, [0]),
    spoil('hello', 'reserved bytes', 2, [1]),
    spoil('hello', 'seq above 2^53 - 1', 24, [0, 0x20]),
    spoilIndex('hello', 'an index', [0, 0, 0, 1]),
    spoilIndex('have', 'first no multiple of 8', [0, 0, 0, 65]),
    spoilIndex('have', 'behind the last chunk there can be', [0, 0x7f, 0xff, 0xf8]),
    spoil('have', 'no chunk', 0, [0, 0, 0, 0]),
    spoil('have', 'a bit behind its last chunk', 5, [0b1111_1100]),
    refuse('have: more than 2^20 chunks', tail('have', concat(Uint8Array.of(0, 0x10, 0, 1), header))),
    refuse('request: no chunk', tail('request', Uint8Array.of(0, 0))),
    refuse('request: 33 chunks', tail('request', listOf(33))),
    spoil('request', 'a chunk twice', 6, [0, 0x7f, 0xff, 0xff]),
    spoil('request', 'a chunk that cannot be', 2, [0, 0x80, 0, 0]),
    spoilIndex('request', 'an index', [0, 0, 0, 1]),
    refuse('cancel: 33 chunks', tail('cancel', listOf(33))),
    spoilIndex('chunk', 'one that cannot be', [0, 0x80, 0, 0]),
    refuse('chunk: not one plain byte', tail('chunk', new Uint8Array(28))),
    spoil('reject', 'an unknown subject', 0, [4]),
    spoil('reject', 'an unknown reason', 1, [3]),
    spoil('reject', 'no extent of an ask', 2, [0, 0]),
    refuse('reject: two extents for one ask', tail('reject', concat(Uint8Array.of(2, 2), listOf(2)))),
    spoil('reject', 'an extent that cannot be', 4, [0, 0x08, 0, 0]),
    refuse('reject: a chunk that cannot be', tail('reject', Uint8Array.of(0, 0, 0, 1, 0, 0x80, 0, 0))),
    spoil('checkpoint', 'seq above 2^53 - 1', 24, [0, 0x20]),
    spoil('ask', 'an unknown subject', 0, [3]),
    spoil('ask', 'nothing', 4, [0, 0, 0, 0]),
    spoil('ask', 'more hashes than one frame carries', 4, [0, 0, 0x1f, 0xf1]),
    spoilIndex('ask', 'behind the last extent there can be', [0, 0x07, 0xff, 0xff]),
    refuse('hashes: none', tail('hashes', Uint8Array.of(0, 0, 0, 0))),
    spoil('hashes', 'of the index', 0, [2]),
    spoilIndex('index', 'behind 32 MiB', [0x01, 0xff, 0xff, 0xff]),
    spoil('slot', 'neither open nor closed', 0, [2]),
    spoil('bye', 'an unknown reason', 0, [7]),
  ]
}

/** `u16 count ‖ count × u32`. */
function listOf(count: number): Bytes {
  return concat(
    Uint8Array.of(0, count),
    ...Array.from({ length: count }, (_, i) => Uint8Array.of(0, 0, 0, i)),
  )
}

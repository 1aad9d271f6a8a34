import type { ByteReader } from '../byte-reader.ts'
import type { ByteWriter } from '../byte-writer.ts'
import { decodeUtf8, encodeUtf8 } from '../bytes.ts'
import { assert } from '../errors.ts'

/** A rule that a text keeps, in a record as in a form. */
export type TextRule = (text: string) => boolean

/** `u8 length ‖ UTF-8`. */
export function writeShortText(writer: ByteWriter, text: string): void {
  const bytes = encodeUtf8(text)
  assert(bytes.length <= 0xff, 'a text of at most 255 bytes')
  writer.u8(bytes.length).bytes(bytes)
}

/** `u16 length ‖ UTF-8`. */
export function writeLongText(writer: ByteWriter, text: string): void {
  const bytes = encodeUtf8(text)
  writer.u16(bytes.length).bytes(bytes)
}

export function readShortText(reader: ByteReader, isValid: TextRule): string {
  return readText(reader, reader.u8(), isValid)
}

export function readLongText(reader: ByteReader, isValid: TextRule): string {
  return readText(reader, reader.u16(), isValid)
}

function readText(reader: ByteReader, length: number, isValid: TextRule): string {
  const text = decodeText(reader, length)
  if (!isValid(text)) throw reader.fail('a text in the record breaks its rules')
  return text
}

function decodeText(reader: ByteReader, length: number): string {
  const bytes = reader.bytes(length)
  try {
    return decodeUtf8(bytes)
  } catch {
    throw reader.fail('a text in the record is not UTF-8')
  }
}

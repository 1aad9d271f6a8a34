import type { ByteReader } from '../byte-reader.ts'
import type { ByteWriter } from '../byte-writer.ts'
import { encodeUtf8 } from '../bytes.ts'
import { assert } from '../errors.ts'
import { isJurisdiction, type Jurisdiction } from '../jurisdiction.ts'

/** Two ASCII letters A–Z. */
export function writeJurisdiction(writer: ByteWriter, code: Jurisdiction): void {
  assert(isJurisdiction(code), 'a jurisdiction')
  writer.bytes(encodeUtf8(code), 2)
}

export function readJurisdiction(reader: ByteReader): Jurisdiction {
  const code = String.fromCharCode(...reader.bytes(2))
  if (!isJurisdiction(code)) throw reader.fail('not a jurisdiction')
  return code
}

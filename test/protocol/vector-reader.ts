import { readFileSync } from 'node:fs'
import { parseHex, type Bytes } from '../../protocol/bytes.ts'

/** Reads a file of test/vectors. */
export function readVectors(name: string): unknown {
  return JSON.parse(readFileSync(`test/vectors/${name}`, 'utf8'))
}

export function hex(text: string): Bytes {
  const bytes = parseHex(text, text.length / 2)
  if (bytes === undefined) throw new Error(`no hex: ${text}`)
  return bytes
}

/** What a vector says of some bytes, in the form the vectors have it: hex for bytes. */
export function asJson(value: unknown): unknown {
  const text = JSON.stringify(value, (_key, inner: unknown) =>
    inner instanceof Uint8Array ? Buffer.from(inner).toString('hex') : inner,
  )
  return JSON.parse(text)
}

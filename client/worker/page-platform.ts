import type { Bytes } from '../../protocol/bytes.ts'

export function randomBytes(count: number): Bytes {
  return crypto.getRandomValues(new Uint8Array(count))
}

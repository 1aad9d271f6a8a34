import type { Bytes } from '../../protocol/bytes.ts'

/** From the system's generator. */
export function randomBytes(count: number): Bytes {
  return crypto.getRandomValues(new Uint8Array(count))
}

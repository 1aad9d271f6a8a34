import { formatHex } from '../../protocol/bytes.ts'

/** One file of vectors. What a vector consists of is said in protocol/SPEC.md, appendix A. */
export type VectorFile = Readonly<Record<string, unknown>>

/** The text of a file: bytes in hex, one value a line. */
export function formatVectors(file: VectorFile): string {
  const json = JSON.stringify(
    file,
    (_key, value: unknown) => (value instanceof Uint8Array ? formatHex(value) : value),
    1,
  )
  return `${json}\n`
}

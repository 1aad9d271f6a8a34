/** How much a parser may be made to build. */
export type JsonBounds = Readonly<{
  /** Arrays and objects inside each other. */
  depthMax: number
  /** Arrays, objects and commas: no fewer than the values, whatever the names. */
  marksMax: number
}>

const QUOTE = 0x22
const COMMA = 0x2c
const BACKSLASH = 0x5c
const opening: ReadonlySet<number> = new Set([0x5b, 0x7b])
const closing: ReadonlySet<number> = new Set([0x5d, 0x7d])

/**
 * Tells before parsing whether a JSON text stays within bounds: a few MiB of `{},{},…` become a hundred times
 * as much memory. It counts and builds nothing; whether the text is JSON at all is left to the parser.
 */
export function isJsonWithin(json: Uint8Array, { depthMax, marksMax }: JsonBounds): boolean {
  let depth = 0
  let marks = 0
  for (let i = 0; i < json.length; i += 1) {
    const byte = json[i] ?? 0
    if (byte === QUOTE) {
      i = endOfString(json, i)
    } else if (byte === COMMA) {
      marks += 1
    } else if (opening.has(byte)) {
      marks += 1
      depth += 1
    } else if (closing.has(byte)) {
      depth -= 1
    }
    if (depth > depthMax || marks > marksMax) return false
  }
  return true
}

/** @returns Where the string that starts at `start` has its closing quote, or the end of the text. */
function endOfString(json: Uint8Array, start: number): number {
  for (let i = start + 1; i < json.length; i += 1) {
    if (json[i] === QUOTE) return i
    if (json[i] === BACKSLASH) i += 1
  }
  return json.length
}

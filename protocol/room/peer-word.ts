import * as v from 'valibot'
import { decodeUtf8, encodeUtf8, type Bytes } from '../bytes.ts'
import { TransferError } from '../errors.ts'
import { GENESIS_BYTES } from '../genesis.ts'
import { bytesSchema, formatBytes } from '../http/json.ts'
import { parseRtcSignal, type RtcSignal } from './rtc-signal.ts'

/** What one member of a room says to another through the signal server, inside an envelope. SPEC.md §13. */
export type PeerWord =
  | RtcSignal
  /** Whoever knows no seed must know what the sender allows before it makes a connection. */
  | Readonly<{ type: 'ask-genesis' }>
  /** Counts only if it hashes to the share id. */
  | Readonly<{ type: 'genesis'; genesis: Bytes }>

const schema = v.variant('type', [
  v.object({ type: v.literal('ask-genesis') }),
  v.object({ type: v.literal('genesis'), genesis: bytesSchema(GENESIS_BYTES, GENESIS_BYTES) }),
])

export function encodePeerWord(word: PeerWord): Bytes {
  if (word.type !== 'genesis') return encodeUtf8(JSON.stringify(word))
  return encodeUtf8(JSON.stringify({ ...word, genesis: formatBytes(word.genesis) }))
}

/** @throws {TransferError} SIGNAL_INVALID */
export function decodePeerWord(bytes: Bytes): PeerWord {
  const text = decodeText(bytes)
  const result = v.safeParse(schema, parseText(text), { abortEarly: true })
  return result.success ? result.output : parseRtcSignal(text)
}

function decodeText(bytes: Bytes): string {
  try {
    return decodeUtf8(bytes)
  } catch (cause) {
    throw new TransferError('SIGNAL_INVALID', 'What a peer says is no text.', { cause })
  }
}

/** Undefined where it is no JSON: nothing fits that. */
function parseText(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

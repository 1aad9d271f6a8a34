import { sha256 } from '@noble/hashes/sha2.js'
import * as v from 'valibot'
import { decodeUtf8, encodeUtf8, isEqual, type Bytes } from '../bytes.ts'
import { TransferError } from '../errors.ts'
import { formatBytes, recordSchema } from '../http/json.ts'
import { openRecordBy, signRecord } from '../record/record.ts'
import { decodeId, type ConnectionId } from './room-names.ts'
import { parseRtcSignal, type RtcSignal } from './rtc-signal.ts'

/** A call as both ends know it, once it was answered. */
export type AnsweredCall = Readonly<{
  connection: ConnectionId
  /** Both as SDP. */
  offer: string
  answer: string
}>

const schema = v.object({ proof: recordSchema() })

/** What a seed says to whoever called it: its answer, signed, so that nobody can stand in between. SPEC.md §10.5. */
export function encodeSeedAnswer(call: AnsweredCall, seedSecretKey: Bytes): Bytes {
  const record = signRecord('answer', recordOf(call), seedSecretKey)
  return encodeUtf8(
    JSON.stringify({ type: 'answer', sdp: call.answer, proof: formatBytes(record) }),
  )
}

/** In the place of an answer: no call, now. */
const BUSY = '{"type":"busy"}'

export function encodeSeedBusy(): Bytes {
  return encodeUtf8(BUSY)
}

/** Whether a seed has no place for a call. Not signed: whoever could forge it could as well say nothing. */
export function isSeedBusy(said: Bytes): boolean {
  return isEqual(said, encodeSeedBusy())
}

/** A candidate of a seed, or its offer's: unsigned, because the signed fingerprint says who answers there. */
export function encodeSeedSignal(signal: RtcSignal): Bytes {
  return encodeUtf8(JSON.stringify(signal))
}

/**
 * Opens what came back from a call.
 *
 * @param seedKey - Of the seed that was called, from the directory.
 * @throws {TransferError} SIGNAL_INVALID, RECORD_INVALID unless it is a candidate, or an answer to this offer on
 *   this connection that this seed signed.
 */
export function openSeedSignal(
  payload: Bytes,
  { connection, offer }: Pick<AnsweredCall, 'connection' | 'offer'>,
  seedKey: Bytes,
): RtcSignal {
  const text = decodeText(payload)
  const signal = parseRtcSignal(text)
  if (signal.type === 'candidate') return signal
  if (signal.type === 'offer') throw invalid('it calls back')
  const found = v.safeParse(schema, JSON.parse(text), { abortEarly: true })
  if (!found.success) throw invalid('it is not signed')
  const said = openRecordBy('answer', found.output.proof, seedKey)
  const expected = recordOf({ connection, offer, answer: signal.sdp })
  const isRight =
    isEqual(said.connectionId, expected.connectionId) &&
    isEqual(said.offerHash, expected.offerHash) &&
    isEqual(said.answerHash, expected.answerHash)
  if (!isRight) throw invalid('it was signed for another call')
  return signal
}

function recordOf({ connection, offer, answer }: AnsweredCall): {
  connectionId: Bytes
  offerHash: Bytes
  answerHash: Bytes
} {
  return {
    connectionId: decodeId(connection),
    offerHash: sha256(encodeUtf8(offer)),
    answerHash: sha256(encodeUtf8(answer)),
  }
}

function decodeText(payload: Bytes): string {
  try {
    return decodeUtf8(payload)
  } catch (cause) {
    throw new TransferError('SIGNAL_INVALID', 'What a seed says is no text.', { cause })
  }
}

function invalid(why: string): TransferError {
  return new TransferError('SIGNAL_INVALID', `The answer of a seed is not taken: ${why}.`)
}

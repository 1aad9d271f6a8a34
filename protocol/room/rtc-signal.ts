import * as v from 'valibot'
import { TransferError } from '../errors.ts'
import { RTC_CANDIDATE_LENGTH_MAX, RTC_CANDIDATES_MAX, SIGNAL_TEXT_BYTES_MAX } from '../limits.ts'

/** One description or one candidate, as simple-peer makes and takes it. */
export type RtcSignal = Readonly<
  { type: 'offer' | 'answer'; sdp: string } | { type: 'candidate'; candidate: RtcCandidate }
>

/** RTCIceCandidateInit, of the one media line there is. */
export type RtcCandidate = Readonly<{
  candidate: string
  sdpMid?: string | null
  sdpMLineIndex?: number | null
  usernameFragment?: string | null
}>

// RFC 8839: `candidate:` foundation component transport priority address port …, on one line.
const CANDIDATE_LINE = /^(?:candidate:[ -~]+)?$/
const shortText = v.exactOptional(v.nullable(v.pipe(v.string(), v.maxLength(256))))

const descriptionOf = (type: 'offer' | 'answer') =>
  v.object({
    type: v.literal(type),
    sdp: v.pipe(
      v.string(),
      v.check((sdp) => isDataDescription(sdp)),
    ),
  })
const schema = v.variant('type', [
  descriptionOf('offer'),
  descriptionOf('answer'),
  v.object({
    type: v.literal('candidate'),
    candidate: v.pipe(
      v.object({
        candidate: v.pipe(
          v.string(),
          v.maxLength(RTC_CANDIDATE_LENGTH_MAX),
          v.regex(CANDIDATE_LINE),
        ),
        sdpMid: shortText,
        sdpMLineIndex: v.exactOptional(v.nullable(v.literal(0))),
        usernameFragment: shortText,
      }),
      // Every WebRTC throws at one of no media line.
      v.check(({ sdpMid, sdpMLineIndex }) => (sdpMid ?? sdpMLineIndex ?? undefined) !== undefined),
    ),
  }),
])

/**
 * Checks what another end's simple-peer said before ours may see it: at most SIGNAL_TEXT_BYTES_MAX characters, one
 * media line and that of a data channel, at most RTC_CANDIDATES_MAX candidates. Nothing but these reaches a WebRTC
 * stack: no renegotiation, no media.
 *
 * @throws {TransferError} SIGNAL_INVALID
 */
export function parseRtcSignal(text: string): RtcSignal {
  if (text.length > SIGNAL_TEXT_BYTES_MAX) throw invalid('too long')
  const result = v.safeParse(schema, parseText(text), { abortEarly: true })
  if (!result.success) throw invalid('no offer, answer or candidate of a data channel')
  return result.output
}

/** Counts what one connection may say: one description each way, and RTC_CANDIDATES_MAX candidates in all. */
export class RtcSignalBudget {
  #descriptionCount = 0
  #candidateCount = 0

  /** @throws {TransferError} SIGNAL_INVALID once it is more than any honest end says. */
  take(signal: RtcSignal): void {
    if (signal.type !== 'candidate') this.#descriptionCount += 1
    this.#candidateCount += candidatesIn(signal)
    if (this.#descriptionCount > 1) throw invalid('a second description')
    if (this.#candidateCount > RTC_CANDIDATES_MAX) throw invalid('too many candidates')
  }
}

function candidatesIn(signal: RtcSignal): number {
  if (signal.type === 'candidate') return 1
  return linesOf(signal.sdp, 'a=candidate:').length
}

function isDataDescription(sdp: string): boolean {
  const media = linesOf(sdp, 'm=')
  return (
    sdp.startsWith('v=0') &&
    media.length === 1 &&
    /^m=application \d+ UDP\/DTLS\/SCTP webrtc-datachannel$/.test(media[0] ?? '') &&
    linesOf(sdp, 'a=fingerprint:').length > 0 &&
    linesOf(sdp, 'a=candidate:').length <= RTC_CANDIDATES_MAX
  )
}

/** Lines end as a lenient parser would end them, so that nothing hides behind a lone carriage return. */
function linesOf(sdp: string, start: string): string[] {
  return sdp.split(/[\r\n]+/).filter((line) => line.startsWith(start))
}

function parseText(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw invalid('no JSON')
  }
}

function invalid(why: string): TransferError {
  return new TransferError('SIGNAL_INVALID', `A peer's offer to connect is not taken: ${why}.`)
}

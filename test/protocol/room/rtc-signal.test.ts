import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TransferError } from '../../../protocol/errors.ts'
import { RTC_CANDIDATES_MAX, SIGNAL_TEXT_BYTES_MAX } from '../../../protocol/limits.ts'
import { parseRtcSignal, RtcSignalBudget } from '../../../protocol/room/rtc-signal.ts'
import { sampleCandidate, sampleSdp } from './descriptions.ts'

const offer = (sdp: unknown): string => JSON.stringify({ type: 'offer', sdp })
const trickle = (candidate: unknown): string =>
  JSON.stringify({ type: 'candidate', candidate: { candidate, sdpMid: '0', sdpMLineIndex: 0 } })
const candidateLines = (count: number): string[] =>
  Array.from({ length: count }, (_, i) => `a=${sampleCandidate(i)}`)
const refusal = expect.objectContaining({ code: 'SIGNAL_INVALID' }) as TransferError

describe('what another simple-peer says', () => {
  it('is taken if it is a description or a candidate of a data channel', () => {
    for (const type of ['offer', 'answer'] as const) {
      const signal = { type, sdp: sampleSdp(...candidateLines(RTC_CANDIDATES_MAX)) }
      expect(parseRtcSignal(JSON.stringify(signal))).toEqual(signal)
    }
    const candidate = { candidate: sampleCandidate(), sdpMid: '0', sdpMLineIndex: 0 }
    expect(parseRtcSignal(JSON.stringify({ type: 'candidate', candidate, more: 1 }))).toEqual({
      type: 'candidate',
      candidate,
    })
    // Firefox says so that there are no more.
    expect(parseRtcSignal(trickle(''))).toMatchObject({ candidate: { candidate: '' } })
  })

  it.each([
    ['no JSON', '{'],
    ['null', 'null'],
    ['a renegotiation', '{"type":"renegotiate","renegotiate":true}'],
    ['a call for media', '{"type":"transceiverRequest","transceiverRequest":{"kind":"video"}}'],
    ['a description without a text', offer(5)],
    ['a description without a channel', offer('v=0\r\n')],
    ['media', offer(sampleSdp('m=audio 9 UDP/TLS/RTP/SAVPF 111'))],
    ['a second channel', offer(sampleSdp('m=application 9 UDP/DTLS/SCTP webrtc-datachannel'))],
    ['a second line behind a lone return', offer(sampleSdp('a=x\rm=video 9 UDP/TLS/RTP/SAVPF 96'))],
    ['no fingerprint', offer(sampleSdp().replace('a=fingerprint', 'a=nothing'))],
    [
      'more candidates than any end has',
      offer(sampleSdp(...candidateLines(RTC_CANDIDATES_MAX + 1))),
    ],
    [
      'a description that is too long',
      offer(sampleSdp(`a=x:${'x'.repeat(SIGNAL_TEXT_BYTES_MAX)}`)),
    ],
    ['a candidate of many lines', trickle(`${sampleCandidate()}\r\na=x`)],
    ['a candidate that is none', trickle('x')],
    ['a long candidate', trickle(sampleCandidate().padEnd(600))],
    ['a candidate of another line', trickle('').replace(':0}', ':1}')],
    ['a candidate of no line', '{"type":"candidate","candidate":{"candidate":""}}'],
    [
      'a candidate of a line without a name',
      trickle('').replace('"0"', 'null').replace(':0}', ':null}'),
    ],
  ])('C06: is refused if it is %s', (_name, text) => {
    expect(() => parseRtcSignal(text)).toThrow(refusal)
  })

  it('C06: throws nothing else, whatever it is', () => {
    const json = fc.json({ maxDepth: 4 })
    const type = fc.constantFrom('offer', 'candidate')
    const shaped = fc
      .record({ type, sdp: fc.string(), candidate: fc.jsonValue() })
      .map((signal) => JSON.stringify(signal))
    fc.assert(
      fc.property(fc.oneof(json, shaped, fc.string()), (text) => {
        try {
          parseRtcSignal(text)
        } catch (error) {
          expect(error).toBeInstanceOf(TransferError)
        }
      }),
      { numRuns: 2000, seed: 6 },
    )
  })
})

describe('C06: one connection', () => {
  it('has so many candidates, however they come', () => {
    const budget = new RtcSignalBudget()
    budget.take(parseRtcSignal(offer(sampleSdp(...candidateLines(RTC_CANDIDATES_MAX - 1)))))
    budget.take(parseRtcSignal(trickle(sampleCandidate())))
    expect(() => budget.take(parseRtcSignal(trickle(sampleCandidate())))).toThrow(refusal)
  })

  it('has one description', () => {
    const budget = new RtcSignalBudget()
    budget.take(parseRtcSignal(offer(sampleSdp())))
    expect(() => budget.take(parseRtcSignal(offer(sampleSdp())))).toThrow(refusal)
  })
})

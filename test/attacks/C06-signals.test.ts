import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { WebRtc } from '../../client/engine/net/rtc.ts'
import { RTC_CANDIDATES_MAX, SIGNAL_TEXT_BYTES_MAX } from '../../protocol/limits.ts'
import { RtcEnd, closeAll, nativeWebRtc } from '../client/net/rtc-pair.ts'
import { recording } from '../client/net/recording-webrtc.ts'

let webRtc: WebRtc
let offer: string
const ends: RtcEnd[] = []
beforeAll(async () => {
  webRtc = await nativeWebRtc()
  const caller = new RtcEnd(webRtc)
  caller.connect('one', true)
  const { text } = await caller.once('signal', (event) => event.text.includes('"offer"'))
  offer = text
  closeAll(caller)
})
afterEach(() => closeAll(...ends.splice(0)))

/** Says the texts to an end that waits for a call. */
function hear(...texts: readonly string[]): { end: RtcEnd; heard: readonly unknown[] } {
  const { webRtc: watched, heard } = recording(webRtc)
  const end = new RtcEnd(watched)
  ends.push(end)
  end.connect('one', false)
  for (const text of texts) end.port.send({ type: 'signal', connection: 'one', text })
  return { end, heard }
}

const candidate = (port: number): string =>
  JSON.stringify({
    type: 'candidate',
    candidate: { candidate: `candidate:1 1 UDP 1 192.0.2.1 ${port} typ host`, sdpMid: '0' },
  })
const edited = (from: string | RegExp, to: string): string => offer.replace(from, to)

describe('what another end says', () => {
  it.each([
    [
      'a description of more than 8 KiB',
      () => edited('s=-', `s=${'x'.repeat(SIGNAL_TEXT_BYTES_MAX)}`),
    ],
    [
      'two media lines',
      () =>
        edited('a=mid:0', String.raw`a=mid:0\r\nm=application 9 UDP/DTLS/SCTP webrtc-datachannel`),
    ],
    [
      'a line for video',
      () =>
        edited(
          'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
          'm=video 9 UDP/TLS/RTP/SAVPF 96',
        ),
    ],
    ['no fingerprint', () => edited(/a=fingerprint:[^\\]+/, 'a=x')],
    ['a wish to negotiate again', () => '{"type":"renegotiate","renegotiate":true}'],
    [
      'a wish for a camera',
      () => '{"type":"transceiverRequest","transceiverRequest":{"kind":"video"}}',
    ],
    ['no JSON', () => '{'],
    ['a candidate of two lines', () => candidate(1).replace('typ', String.raw`\r\na=x typ`)],
  ])('C06: with %s it ends the connection, and never reaches WebRTC', (_what, text) => {
    const { end, heard } = hear(text())
    expect(end.reasons).toEqual(['signal'])
    expect(heard).toEqual([])
  })

  it('C06: is one description and 20 candidates at most', () => {
    const ports = Array.from({ length: RTC_CANDIDATES_MAX }, (_, index) => candidate(index + 1))
    expect(hear(...ports).end.reasons).toEqual([])
    expect(hear(...ports, candidate(99)).end.reasons).toEqual(['signal'])
    const twice = hear(offer, offer)
    expect(twice.end.reasons).toEqual(['signal'])
    expect(twice.heard).toHaveLength(1)
  })

  it('C06: ends the connection if it is a candidate of no media line, once WebRTC takes candidates', async () => {
    const { end } = hear(offer)
    await end.once('signal', ({ text }) => text.includes('"answer"'))
    const text = candidate(1).replace(',"sdpMid":"0"', '')
    end.port.send({ type: 'signal', connection: 'one', text })
    expect(end.reasons).toEqual(['signal'])
  })

  it('C06: ends the connection if WebRTC throws at it', async () => {
    class Unreadable extends webRtc.RTCIceCandidate {
      constructor({ candidate: line = '' }: RTCIceCandidateInit) {
        super({ candidate: line })
      }
    }
    const end = new RtcEnd({ ...webRtc, RTCIceCandidate: Unreadable })
    ends.push(end)
    end.connect('one', false)
    end.port.send({ type: 'signal', connection: 'one', text: offer })
    await end.once('signal', ({ text }) => text.includes('"answer"'))
    end.port.send({ type: 'signal', connection: 'one', text: candidate(1) })
    expect(end.reasons).toEqual(['signal'])
  })

  it('C06: is taken where it is an honest offer', async () => {
    const { end, heard } = hear(offer)
    await end.once('signal', ({ text }) => text.includes('"answer"'))
    expect(heard).toHaveLength(1)
    expect(end.reasons).toEqual([])
  })
})

import { describe, expect, it } from 'vitest'
import { bareSignal } from '../../../protocol/room/bare-signal.ts'
import { type RtcSignal, parseRtcSignal } from '../../../protocol/room/rtc-signal.ts'

const HOST = '203.0.113.7'
const MAPPED = '198.51.100.9'
const RELAY = '192.0.2.55'

/** As Chromium has it once its candidates are gathered. */
const sdp = [
  'v=0',
  `o=- 4611731400430051336 2 IN IP4 ${HOST}`,
  's=-',
  't=0 0',
  'a=group:BUNDLE 0',
  `m=application 50123 UDP/DTLS/SCTP webrtc-datachannel`,
  `c=IN IP4 ${HOST}`,
  `a=candidate:1 1 udp 2113937151 ${HOST} 50123 typ host generation 0 network-cost 999`,
  `a=candidate:2 1 udp 1677729535 ${MAPPED} 6201 typ srflx raddr ${HOST} rport 50123`,
  `a=candidate:3 1 udp 33562623 ${RELAY} 49160 typ relay raddr ${MAPPED} rport 6201`,
  `a=remote-candidates:1 ${HOST} 50123`,
  'a=end-of-candidates',
  'a=ice-ufrag:abcd',
  'a=ice-pwd:0123456789abcdefghijklmn',
  'a=ice-options:trickle',
  'a=fingerprint:sha-256 00:11:22',
  'a=setup:actpass',
  'a=mid:0',
  'a=sctp-port:5000',
  '',
].join('\r\n')

const candidate = (line: string): RtcSignal => ({
  type: 'candidate',
  candidate: { candidate: line, sdpMid: '0', sdpMLineIndex: 0 },
})
const lines = {
  host: `candidate:1 1 udp 2113937151 ${HOST} 50123 typ host generation 0 ufrag abcd`,
  named: 'candidate:1 1 udp 2113937151 6b3a2f0e.local 50123 typ host generation 0',
  tcp: `candidate:4 1 tcp 1518280447 ${HOST} 9 typ host tcptype active`,
  mapped: `candidate:2 1 udp 1677729535 ${MAPPED} 6201 typ srflx raddr ${HOST} rport 50123`,
  met: `candidate:5 1 udp 1677729535 ${MAPPED} 6201 typ prflx raddr ${HOST} rport 50123`,
} as const
const relayed = `candidate:3 1 udp 33562623 ${RELAY} 49160 typ relay raddr ${MAPPED} rport 6201 generation 0`

describe('what leaves a machine', () => {
  it.each([true, false])('is a description without any address, relay-only %s', (isRelayOnly) => {
    for (const type of ['offer', 'answer'] as const) {
      const bare = bareSignal({ type, sdp }, isRelayOnly)
      const text = JSON.stringify(bare)
      expect(text).not.toMatch(/203\.0|198\.51|192\.0\.2|50123|candidate/)
      // All that a connection needs is still there.
      expect(parseRtcSignal(text)).toEqual(bare)
      for (const kept of [
        'a=ice-ufrag:abcd',
        'a=ice-pwd:',
        'a=fingerprint:',
        'a=ice-options:trickle',
      ])
        expect(text).toContain(kept)
      expect(text).toContain(
        String.raw`m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\nc=IN IP4 0.0.0.0`,
      )
    }
  })

  it.each(Object.entries(lines))(
    'is no candidate that is not the TURN server, as %s',
    (_name, line) => {
      expect(bareSignal(candidate(line), true)).toBeUndefined()
      expect(bareSignal(candidate(line), false)).toEqual(candidate(line))
      expect(bareSignal(candidate(`a=${line}`), false)).toEqual(candidate(line))
    },
  )

  it('is the TURN server, without the address that it was asked from', () => {
    const bare = bareSignal(candidate(`a=${relayed}`), true)
    expect(JSON.stringify(bare)).toContain(
      `${RELAY} 49160 typ relay raddr 0.0.0.0 rport 0 generation 0`,
    )
    expect(JSON.stringify(bare)).not.toContain(MAPPED)
  })

  it('is that there are no more candidates', () => {
    expect(bareSignal(candidate(''), true)).toEqual(candidate(''))
  })
})

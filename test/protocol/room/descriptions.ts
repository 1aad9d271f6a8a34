const lines = [
  'v=0',
  'o=- 4611731400430051336 2 IN IP4 127.0.0.1',
  's=-',
  't=0 0',
  'a=group:BUNDLE 0',
  'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
  'c=IN IP4 0.0.0.0',
  'a=ice-ufrag:7sFv',
  'a=ice-pwd:dOTZKZNVlO9RSGsEGM63JXT2',
  `a=fingerprint:sha-256 ${'7B:'.repeat(31)}7B`,
  'a=setup:actpass',
  'a=mid:0',
  'a=sctp-port:5000',
  'a=max-message-size:262144',
]

/** A description as Chromium makes it for one data channel, with more lines if told. */
export function sampleSdp(...more: readonly string[]): string {
  return [...lines, ...more, ''].join('\r\n')
}

/** The text of one candidate. */
export function sampleCandidate(port = 50_000): string {
  return `candidate:1 1 udp 2122260223 192.0.2.1 ${port} typ host generation 0`
}

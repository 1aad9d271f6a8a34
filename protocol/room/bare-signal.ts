import type { RtcSignal } from './rtc-signal.ts'

// RFC 8839: `candidate:` foundation component transport priority address port `typ` type [`raddr` address `rport` port] …
const TYPE = / typ (\S+)/
// What follows as signals of their own, and that nothing follows.
const ADDRESSES = /^a=(candidate:|remote-candidates:|end-of-candidates)/
const RELATED = / raddr \S+ rport \S+/

/**
 * What may leave this machine of what its WebRTC says.
 *
 * A description goes without candidates and addresses in every mode: each candidate is a signal of its own, so that one
 * rule holds for all. Relay-only, a candidate goes only if it is the TURN server's, and without the address it was
 * allocated from.
 *
 * @returns undefined if nothing of it may.
 */
export function bareSignal(signal: RtcSignal, isRelayOnly: boolean): RtcSignal | undefined {
  if (signal.type !== 'candidate') return { type: signal.type, sdp: bareDescription(signal.sdp) }
  // libdatachannel says the line as it stands in a description.
  const line = signal.candidate.candidate.replace(/^a=/, '')
  const bare = isRelayOnly ? relayedCandidate(line) : line
  if (bare === undefined) return undefined
  return { type: 'candidate', candidate: { ...signal.candidate, candidate: bare } }
}

function bareDescription(sdp: string): string {
  const lines = sdp.split(/\r\n|\r|\n/).filter((line) => !ADDRESSES.test(line))
  return lines.map(bareLine).join('\r\n')
}

/** Port 9 and no address say that candidates follow: RFC 8839, 4.1.1.1. */
function bareLine(line: string): string {
  if (line.startsWith('m=')) return line.replace(/^(m=\S+) \d+/, '$1 9')
  if (line.startsWith('c=')) return 'c=IN IP4 0.0.0.0'
  if (line.startsWith('o=')) return line.replace(/IN IP[46] \S+$/, 'IN IP4 127.0.0.1')
  return line
}

function relayedCandidate(line: string): string | undefined {
  // The empty one says that there are no more.
  if (line === '') return line
  if (TYPE.exec(line)?.[1] !== 'relay') return undefined
  return line.replace(RELATED, ' raddr 0.0.0.0 rport 0')
}

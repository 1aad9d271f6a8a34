import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FRAME_BYTES_MAX } from '../../protocol/limits.ts'
import { LabPair } from './lab-pair.ts'
import { NetworkLab } from './network-lab.ts'

let lab: NetworkLab | undefined
beforeAll(async () => {
  lab = await NetworkLab.start()
  if (lab === undefined) process.stderr.write('No lab of networks: this kernel or user may not.\n')
})
afterAll(() => lab?.[Symbol.asyncDispose]())

/** What passes the middle without the TURN server: from the network of a, and from that of b. */
const FROM_EACH = ['-p udp -s 198.18.1.2', '-p udp -s 198.18.2.2']

/** As if the TURN server were where we are. */
function lie(text: string): string {
  return text.replace(/typ (host|srflx)/, 'typ relay')
}

describe('two peers, each behind a NAT', () => {
  it('connect by STUN', async (context) => {
    if (lab === undefined) return context.skip()
    lab.rules()
    using pair = new LabPair(lab)
    await pair.connect({ iceServers: [lab.stun] })
    expect(await pair.pass(4)).toBe(4 * FRAME_BYTES_MAX)
    return undefined
  })

  it('F16: pass whole messages while 5 in 100 packets are lost', async (context) => {
    if (lab === undefined) return context.skip()
    lab.rules('-m statistic --mode random --probability 0.05 -j DROP')
    using pair = new LabPair(lab)
    await pair.connect({ iceServers: [lab.stun] })
    expect(await pair.pass(4)).toBe(4 * FRAME_BYTES_MAX)
    expect(lab.counts[0]).toBeGreaterThan(0)
    return undefined
  })

  it('say and send nothing past the TURN server while they are relayed', async (context) => {
    if (lab === undefined) return context.skip()
    lab.rules(...FROM_EACH)
    using pair = new LabPair(lab)
    await pair.connect({ iceServers: [lab.stun, lab.relay], relayed: ['a', 'b'] })
    expect(await pair.pass(2)).toBe(2 * FRAME_BYTES_MAX)
    const said = [...pair.signals.a, ...pair.signals.b].join('\n')
    expect(said).toMatch(/198\.18\.0\.1 \d+ typ relay raddr 0\.0\.0\.0 rport 0/)
    expect(said).not.toMatch(/typ (host|srflx|prflx)|\b10\.\d+\.0\.2|198\.18\.[12]\./)
    expect(lab.counts).toEqual([0, 0])
    return undefined
  })

  it('let the other end begin the handshake where they call and are relayed, which it would else not be ready for', async (context) => {
    if (lab === undefined) return context.skip()
    lab.rules()
    using pair = new LabPair(lab)
    await pair.connect({ iceServers: [lab.stun, lab.relay], relayed: ['a'] })
    expect(pair.signals.a.join('\n')).toContain('a=setup:passive')
    expect(pair.signals.b.join('\n')).toContain('a=setup:active')
    return undefined
  })

  it('are not drawn out of relayed mode by one that is not, and lies about where it is', async (context) => {
    if (lab === undefined) return context.skip()
    lab.rules(...FROM_EACH)
    using pair = new LabPair(lab)
    await pair.connect({ iceServers: [lab.stun, lab.relay], relayed: ['a'], edit: lie })
    expect(await pair.pass(1)).toBe(FRAME_BYTES_MAX)
    expect(pair.signals.b.join('\n')).toMatch(/typ srflx/)
    expect(lab.counts[0]).toBe(0)
    return undefined
  })
})

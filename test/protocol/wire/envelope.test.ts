import { describe, expect, it } from 'vitest'
import { concat, decodeUtf8, encodeUtf8, type Bytes } from '../../../protocol/bytes.ts'
import { nobleEngine, webEngine } from '../../../protocol/crypto/engine.ts'
import { CONNECTIONS_SEEN_MAX, SIGNAL_TEXT_BYTES_MAX } from '../../../protocol/limits.ts'
import { EnvelopeGate } from '../../../protocol/wire/envelope-gate.ts'
import {
  ENVELOPE_BYTES_MAX,
  openEnvelope,
  sealEnvelope,
  type EnvelopeRoute,
} from '../../../protocol/wire/envelope.ts'
import { faultOf, fixedBytes, flipped } from '../owner.ts'

const swarmKey = fixedBytes('swarmKey')
const route: EnvelopeRoute = {
  from: fixedBytes('from', 16),
  to: fixedBytes('to', 16),
  connection: fixedBytes('connection', 16),
}
const text = encodeUtf8('{"type":"offer","sdp":"v=0"}')

const seal = (changes: Partial<EnvelopeRoute> = {}, count = 0, said = text): Promise<Bytes> =>
  sealEnvelope({
    swarmKey,
    route: { ...route, ...changes },
    count,
    nonce: fixedBytes('nonce', 12),
    text: said,
  })

const CODE = 'ENVELOPE_INVALID'

describe.each([
  ['web', webEngine],
  ['noble', nobleEngine],
])('an envelope in the %s engine', (_name, engine) => {
  it('opens as it was sealed', async () => {
    const envelope = await seal({}, 3)
    const opened = await openEnvelope({ swarmKey, route, envelope }, engine)
    expect(opened.count).toBe(3)
    expect(decodeUtf8(opened.text)).toBe(decodeUtf8(text))
  })

  it('does not open with one bit changed, or cut', async () => {
    const envelope = await seal()
    for (const bit of [0, 31, 32, 8 * 16, 8 * 17, 8 * envelope.length - 1]) {
      const changed = flipped(envelope, bit)
      expect(
        await faultOf(() => openEnvelope({ swarmKey, route, envelope: changed }, engine)),
      ).toBe(CODE)
    }
    for (const length of [0, 3, 15, 32, envelope.length - 1]) {
      const cut = envelope.slice(0, length)
      expect(await faultOf(() => openEnvelope({ swarmKey, route, envelope: cut }, engine))).toBe(
        CODE,
      )
    }
  })
})

describe('an envelope', () => {
  it('is as long as it may be, and not a byte longer', async () => {
    const envelope = await seal({}, 0, new Uint8Array(SIGNAL_TEXT_BYTES_MAX))
    expect(envelope.length).toBe(ENVELOPE_BYTES_MAX)
    expect(await faultOf(() => openEnvelope({ swarmKey, route, envelope }))).toBe('none')
    const longer = concat(envelope, Uint8Array.of(0))
    expect(await faultOf(() => openEnvelope({ swarmKey, route, envelope: longer }))).toBe(CODE)
  })

  it('is remembered for as many connections as fit, and the longest known goes first', async () => {
    const gate = new EnvelopeGate(swarmKey, nobleEngine)
    const others = Array.from({ length: CONNECTIONS_SEEN_MAX }, (_, i) => fixedBytes(`c${i}`, 16))
    const first = await seal()
    await gate.open(route, first)
    for (const connection of others.slice(1)) {
      await gate.open({ ...route, connection }, await seal({ connection }))
    }
    expect(await faultOf(() => gate.open(route, first))).toBe(CODE)
    const [connection = route.connection] = others
    await gate.open({ ...route, connection }, await seal({ connection }))
    expect(await faultOf(() => gate.open(route, first))).toBe('none')
  })
})

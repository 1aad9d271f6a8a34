import { describe, expect, it } from 'vitest'
import { encodeUtf8, type Bytes } from '../../protocol/bytes.ts'
import { deriveHelpKey, deriveSwarmKey } from '../../protocol/key-schedule.ts'
import { EnvelopeGate } from '../../protocol/wire/envelope-gate.ts'
import { sealEnvelope, type EnvelopeRoute } from '../../protocol/wire/envelope.ts'
import { createOwner, faultOf, fixedBytes, flipped, patched } from '../protocol/owner.ts'

const owner = await createOwner('C07')
const swarmKey = deriveSwarmKey(deriveHelpKey(owner.secret), owner.shareId)
const text = encodeUtf8('{"type":"offer","sdp":"v=0"}')
const [alice, bob, mallory] = ['alice', 'bob', 'mallory'].map((name) => fixedBytes(name, 16))
const route: EnvelopeRoute = {
  from: alice ?? text,
  to: bob ?? text,
  connection: fixedBytes('connection', 16),
}

const seal = (count = 0, key = swarmKey): Promise<Bytes> =>
  sealEnvelope({ swarmKey: key, route, count, nonce: fixedBytes(`nonce ${count}`, 12), text })

describe('C07: a signal server that replays and spoofs', () => {
  it('gets each envelope accepted once, in whatever order it delivers them', async () => {
    const gate = new EnvelopeGate(swarmKey)
    for (const count of [1, 0, 31]) {
      const envelope = await seal(count)
      expect(await gate.open(route, envelope)).toEqual(text)
      expect(await faultOf(() => gate.open(route, envelope))).toBe('ENVELOPE_INVALID')
    }
  })

  it('gets one of two copies accepted that it delivers at once', async () => {
    const gate = new EnvelopeGate(swarmKey)
    const envelope = await seal()
    const tries = [1, 2, 3].map(() => faultOf(() => gate.open(route, envelope)))
    expect((await Promise.all(tries)).toSorted()).toEqual([
      'ENVELOPE_INVALID',
      'ENVELOPE_INVALID',
      'none',
    ])
  })

  it('cannot give an envelope another sender, receiver, connection or place', async () => {
    const gate = new EnvelopeGate(swarmKey)
    const envelope = await seal()
    const spoofs: EnvelopeRoute[] = [
      { ...route, from: mallory ?? text },
      { ...route, to: mallory ?? text },
      { ...route, connection: fixedBytes('another connection', 16) },
      // Sent back to whoever said it.
      { ...route, from: route.to, to: route.from },
    ]
    for (const spoof of spoofs) {
      expect(await faultOf(() => gate.open(spoof, envelope))).toBe('ENVELOPE_INVALID')
    }
    const moved = patched(envelope, 0, [0, 0, 0, 1])
    expect(await faultOf(() => gate.open(route, moved))).toBe('ENVELOPE_INVALID')
    expect(await faultOf(() => gate.open(route, envelope))).toBe('none')
  })

  it('cannot read or make one, nor can whoever has another link', async () => {
    const other = await createOwner('C07 other')
    const otherKey = deriveSwarmKey(deriveHelpKey(other.secret), other.shareId)
    const gate = new EnvelopeGate(swarmKey)
    const forged = await seal(0, otherKey)
    expect(await faultOf(() => gate.open(route, forged))).toBe('ENVELOPE_INVALID')
    const changed = flipped(await seal(), 8 * 20)
    expect(await faultOf(() => gate.open(route, changed))).toBe('ENVELOPE_INVALID')
  })

  it('cannot use up a count with junk', async () => {
    const gate = new EnvelopeGate(swarmKey)
    const envelope = await seal()
    await faultOf(() => gate.open(route, flipped(envelope, 8 * 20)))
    expect(await gate.open(route, envelope)).toEqual(text)
  })
})

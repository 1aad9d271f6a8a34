import { createDecipheriv } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { concat, decodeUtf8, encodeUtf8, type Bytes } from '../../../protocol/bytes.ts'
import type { FaultCode } from '../../../protocol/errors.ts'
import { openEnvelope, sealEnvelope } from '../../../protocol/wire/envelope.ts'
import { decodeFrame, encodeFrame } from '../../../protocol/wire/frame.ts'
import { faultOf } from '../owner.ts'
import { asJson, hex, readVectors } from '../vector-reader.ts'

describe('frames.json', () => {
  type Valid = Readonly<{ frame: { type: string }; bytes: string }>
  type Invalid = Readonly<{ name: string; bytes: string; code: FaultCode }>
  const { valid, invalid } = readVectors('frames.json') as { valid: Valid[]; invalid: Invalid[] }

  it.each(valid.map(({ frame, bytes }, i) => ({ frame, bytes, i, type: frame.type })))(
    'decodes frame $i, a $type',
    ({ frame, bytes }) => {
      const decoded = decodeFrame(hex(bytes))
      expect(asJson(decoded)).toEqual(frame)
      expect(encodeFrame(decoded)).toEqual(hex(bytes))
    },
  )

  it.each(invalid)('refuses $name', async ({ bytes, code }) => {
    expect(await faultOf(() => decodeFrame(hex(bytes)))).toBe(code)
  })
})

describe('envelope.json', () => {
  type Route = Readonly<{ from: string; to: string; connection: string }>
  type Valid = Readonly<{ count: number; nonce: string; text: string; envelope: string }>
  type Invalid = Readonly<{ name: string; envelope: string; code: FaultCode }>
  type File = Route & Readonly<{ swarmKey: string; valid: Valid[]; invalid: Invalid[] }>
  const file = readVectors('envelope.json') as File
  const swarmKey = hex(file.swarmKey)
  const route = { from: hex(file.from), to: hex(file.to), connection: hex(file.connection) }

  it.each(file.valid)(
    'opens and seals envelope $count',
    async ({ count, nonce, text, envelope }) => {
      const opened = await openEnvelope({ swarmKey, route, envelope: hex(envelope) })
      expect({ count: opened.count, text: decodeUtf8(opened.text) }).toEqual({ count, text })
      const plain = { swarmKey, route, count, nonce: hex(nonce), text: encodeUtf8(text) }
      expect(await sealEnvelope(plain)).toEqual(hex(envelope))
    },
  )

  it.each(file.valid)(
    'is what the page says, to Node alone: envelope $count',
    ({ text, ...vector }) => {
      expect(openByHand(hex(vector.envelope))).toBe(text)
    },
  )

  it.each(file.invalid)('refuses one: $name', async ({ envelope, code }) => {
    const open = () => openEnvelope({ swarmKey, route, envelope: hex(envelope) })
    expect(await faultOf(open)).toBe(code)
  })

  /** As somebody would who has only SPEC.md §13. */
  function openByHand(envelope: Bytes): string {
    const decipher = createDecipheriv('aes-256-gcm', swarmKey, envelope.subarray(4, 16))
    const { from, to, connection } = route
    const count = envelope.subarray(0, 4)
    decipher.setAAD(concat(encodeUtf8('skerry/1 signal\0'), from, to, connection, count))
    decipher.setAuthTag(envelope.subarray(-16))
    return Buffer.concat([decipher.update(envelope.subarray(16, -16)), decipher.final()]).toString()
  }
})

import { describe, expect, it } from 'vitest'
import { ByteWriter } from '../../../protocol/byte-writer.ts'
import { concat, encodeUtf8, type Bytes } from '../../../protocol/bytes.ts'
import { TransferError, type FaultCode } from '../../../protocol/errors.ts'
import { RECORD_BODY_BYTES_MAX } from '../../../protocol/limits.ts'
import { RECORD_HEADER_BYTES, recordLength } from '../../../protocol/record/header.ts'
import { openRecord, openRecordBy, signRecord } from '../../../protocol/record/record.ts'
import { records, type RecordBody, type RecordKind } from '../../../protocol/record/table.ts'
import { flipBit, forgeRecord } from './forge.ts'
import {
  networkKey,
  networkSecret,
  recordKinds,
  repeat,
  sampleBodies,
  seedKey,
  seedSecret,
} from './samples.ts'

function codeOf(run: () => unknown): FaultCode | 'nothing thrown' {
  try {
    run()
  } catch (error) {
    if (error instanceof TransferError) return error.code
    throw error
  }
  return 'nothing thrown'
}

function bodyOf<Kind extends RecordKind>(kind: Kind, body: RecordBody<Kind>): Bytes {
  const writer = new ByteWriter()
  records[kind].encode(body, writer)
  return writer.finish()
}

function header(bodyLength: number): Bytes {
  return new ByteWriter().bytes(encodeUtf8('SKR1')).u8(2).u32(bodyLength).finish()
}

function text(value: string): Bytes {
  return concat(Uint8Array.of(value.length), encodeUtf8(value))
}

function url(value: string): Bytes {
  return concat(Uint8Array.of(0, value.length), encodeUtf8(value))
}

describe.each(recordKinds)('a record of kind %s', (kind) => {
  const record = signRecord(kind, sampleBodies[kind], seedSecret)
  const body = bodyOf(kind, sampleBodies[kind])
  const { id } = records[kind]

  it('opens as it was signed, and says by whom', () => {
    expect(openRecord(kind, record)).toEqual({ body: sampleBodies[kind], signer: seedKey })
    expect(openRecordBy(kind, record, seedKey)).toEqual(sampleBodies[kind])
  })

  it('does not open by another key', () => {
    expect(codeOf(() => openRecordBy(kind, record, networkKey))).toBe('RECORD_INVALID')
  })

  it('does not open with any one byte changed', () => {
    // Each byte of short records, and a spread of the long one: every field is hit.
    const step = Math.ceil(record.length / 150)
    for (let at = 0; at < record.length; at += step) {
      expect(codeOf(() => openRecord(kind, flipBit(record, at * 8 + (at % 8))))).toBe(
        'RECORD_INVALID',
      )
    }
  })

  it('does not open cut at any length, nor with a byte behind it', () => {
    for (let length = 0; length < record.length; length += 1) {
      expect(codeOf(() => openRecord(kind, record.subarray(0, length)))).toBe('RECORD_INVALID')
    }
    expect(codeOf(() => openRecord(kind, concat(record, repeat(0, 1))))).toBe('RECORD_INVALID')
  })

  it('does not open as any other kind', () => {
    for (const other of recordKinds.filter((name) => name !== kind)) {
      expect(codeOf(() => openRecord(other, record))).toBe('RECORD_INVALID')
      const relabelled = forgeRecord({ id: records[other].id, body, secretKey: seedSecret })
      expect(codeOf(() => openRecord(kind, relabelled))).toBe('RECORD_INVALID')
    }
  })

  it('does not open if its key signed a body that is too short or too long', () => {
    for (const wrong of [body.slice(0, -1), concat(body, repeat(0, 1)), repeat(0, 0)]) {
      const forged = forgeRecord({ id, body: wrong, secretKey: seedSecret })
      expect(codeOf(() => openRecord(kind, forged))).toBe('RECORD_INVALID')
    }
  })

  it('does not open with another magic or a wrong length, well signed', () => {
    const forgeries = [
      forgeRecord({ magic: 'SKR2', id, body, secretKey: seedSecret }),
      forgeRecord({ id, body, bodyLength: body.length + 1, secretKey: seedSecret }),
      forgeRecord({ id, body, bodyLength: body.length - 1, secretKey: seedSecret }),
    ]
    for (const forged of forgeries) {
      expect(codeOf(() => openRecord(kind, forged))).toBe('RECORD_INVALID')
    }
  })
})

it('numbers the kinds as SPEC.md does', () => {
  expect(recordKinds.map((kind) => records[kind].id)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
})

it.each([0, 11, 255])('knows no kind %i', (id) => {
  const forged = forgeRecord({ id, body: repeat(0, 32), secretKey: seedSecret })
  for (const kind of recordKinds) {
    expect(codeOf(() => openRecord(kind, forged))).toBe('RECORD_INVALID')
  }
})

describe('the length of a record', () => {
  it('splits what is stored one after the other', () => {
    const grant = signRecord('grant', sampleBodies.grant, networkSecret)
    const receipt = signRecord('receipt', sampleBodies.receipt, seedSecret)
    const stored = concat(grant, receipt)
    expect(recordLength(stored)).toBe(grant.length)
    expect(stored.slice(recordLength(stored))).toEqual(receipt)
  })

  it('is refused above the limit before anything else is read', () => {
    expect(recordLength(header(RECORD_BODY_BYTES_MAX))).toBeGreaterThan(RECORD_BODY_BYTES_MAX)
    expect(codeOf(() => recordLength(header(RECORD_BODY_BYTES_MAX + 1)))).toBe('RECORD_INVALID')
    const long = repeat(0, RECORD_BODY_BYTES_MAX + 1)
    const forged = forgeRecord({ id: 2, body: long, secretKey: seedSecret })
    expect(codeOf(() => openRecord('directory', forged))).toBe('RECORD_INVALID')
  })

  it('needs a whole header', () => {
    const short = signRecord('grant', sampleBodies.grant, seedSecret).slice(
      0,
      RECORD_HEADER_BYTES - 1,
    )
    expect(codeOf(() => recordLength(short))).toBe('RECORD_INVALID')
  })
})

describe('a body that its key signed, against the rules of its kind', () => {
  const time = repeat(0, 8)
  const share = repeat(0x5e, 20)
  const cases: [string, RecordKind, Bytes][] = [
    ['a grant for no chunk', 'grant', concat(share, repeat(0, 4), time)],
    ['a grant above the limit', 'grant', concat(share, Uint8Array.of(0, 128, 0, 1), time)],
    ['a time above 2^53 - 1', 'deletion', concat(share, time, repeat(255, 8))],
    ['small letters', 'invitation', concat(encodeUtf8('nz'), text('A'), repeat(4, 16), time)],
    ['no operator', 'invitation', concat(encodeUtf8('NZ'), text(''), repeat(4, 16), time)],
    ['a space behind', 'invitation', concat(encodeUtf8('NZ'), text('A '), repeat(4, 16), time)],
    ['65 bytes', 'invitation', concat(encodeUtf8('NZ'), text('A'.repeat(65)), repeat(4, 16), time)],
    ['a control', 'invitation', concat(encodeUtf8('NZ'), text('A\u0007B'), repeat(4, 16), time)],
    [
      'an operator that is not UTF-8',
      'invitation',
      concat(encodeUtf8('NZ'), Uint8Array.of(1, 0xff), repeat(4, 16), time),
    ],
    [
      'an operator in another Unicode form',
      'invitation',
      concat(encodeUtf8('NZ'), Uint8Array.of(3), encodeUtf8('u\u0308'), repeat(4, 16), time),
    ],
    [
      'an operator that reads backwards',
      'invitation',
      concat(encodeUtf8('NZ'), Uint8Array.of(5), encodeUtf8('A\u202EB'), repeat(4, 16), time),
    ],
    ['an unknown state', 'state', concat(repeat(0, 1), Uint8Array.of(4), time, time)],
    ['gone, by its own word', 'state', concat(repeat(0, 1), Uint8Array.of(3), time, time)],
    [
      'a URL with a query',
      'state',
      concat(Uint8Array.of(1), url('https://a.example/?b'), repeat(0, 1), time, time),
    ],
    [
      'the same URL twice',
      'state',
      concat(Uint8Array.of(2), url('https://a'), url('https://a'), repeat(0, 1), time, time),
    ],
    ['five URLs', 'state', concat(Uint8Array.of(5), repeat(0, 1), time, time)],
    [
      'no seed key',
      'certificate',
      concat(repeat(0, 32), text('A'), encodeUtf8('NZ'), repeat(3, 24)),
    ],
    ['no network key', 'join', concat(repeat(0, 32), repeat(4, 16), url('https://a'))],
    ['1,025 seeds', 'directory', concat(time, time, Uint8Array.of(4, 1))],
    ['n above the limit', 'receipt', concat(share, time, repeat(255, 4), repeat(0, 96))],
  ]

  it.each(cases)('does not open: %s', (_, kind, body) => {
    const forged = forgeRecord({ id: records[kind].id, body, secretKey: seedSecret })
    expect(codeOf(() => openRecord(kind, forged))).toBe('RECORD_INVALID')
  })
})

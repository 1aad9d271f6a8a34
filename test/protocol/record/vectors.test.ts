import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { formatHex } from '../../../protocol/bytes.ts'
import type { FaultCode } from '../../../protocol/errors.ts'
import { openRecord, signRecord } from '../../../protocol/record/record.ts'
import type { RecordKind } from '../../../protocol/record/table.ts'
import { bytesOf } from './samples.ts'

type Vectors = Readonly<{
  valid: readonly { kind: RecordKind; secretKey: string; body: unknown; record: string }[]
  invalid: readonly { what: string; kind: RecordKind; record: string; code: FaultCode }[]
}>

const { valid, invalid } = parseVectors(readFileSync('test/vectors/records.json', 'utf8'))

function parseVectors(text: string): Vectors {
  return JSON.parse(text) as Vectors
}

/** The body as a vector spells it: bytes in hex. */
function spell(body: unknown): unknown {
  const text = JSON.stringify(body, (_, field: unknown) =>
    field instanceof Uint8Array ? formatHex(field) : field,
  )
  return JSON.parse(text)
}

it.each(valid)('opens and signs the vector of kind $kind', ({ kind, secretKey, body, record }) => {
  const opened = openRecord(kind, bytesOf(record))
  expect(spell(opened.body)).toEqual(body)
  expect(formatHex(signRecord(kind, opened.body, bytesOf(secretKey)))).toBe(record)
})

it.each(invalid)('refuses the vector: $what', ({ kind, record, code }) => {
  expect(() => openRecord(kind, bytesOf(record))).toThrow(expect.objectContaining({ code }))
})

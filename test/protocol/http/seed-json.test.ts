import { describe, expect, it } from 'vitest'
import {
  formatCheckpointAnswer,
  formatGoneDetails,
  formatReceipts,
  parseCheckpointAnswer,
  parseGoneDetails,
  parseReceipts,
} from '../../../protocol/http/seed-json.ts'
import { formatBytes } from '../../../protocol/http/json.ts'
import { RECEIPTS_MAX } from '../../../protocol/limits.ts'
import { signRecord } from '../../../protocol/record/record.ts'
import { repeat, sampleBodies, seedSecret } from '../record/samples.ts'

const deletion = signRecord('deletion', sampleBodies.deletion, seedSecret)
const receipt = signRecord('receipt', sampleBodies.receipt, seedSecret)
const answerInvalid: unknown = expect.objectContaining({ code: 'ANSWER_INVALID' })

describe('the answer to a checkpoint', () => {
  it.each([{ seq: 3, n: 16 }, { deletion }])('arrives as it was sent, case %#', (answer) => {
    const json: unknown = JSON.parse(JSON.stringify(formatCheckpointAnswer(answer)))
    expect(parseCheckpointAnswer(json)).toEqual(answer)
  })

  it.each<unknown>([
    {},
    { seq: 1 },
    { n: 1 },
    { seq: -1, n: 1 },
    { seq: 1, n: 2 ** 24 },
    { deletion: 'A' },
  ])('is refused: %j', (json) => {
    expect(() => parseCheckpointAnswer(json)).toThrow(answerInvalid)
  })
})

describe('the receipts of a share', () => {
  it('arrive in their order', () => {
    const other = signRecord('receipt', sampleBodies.receipt, repeat(9, 32))
    expect(parseReceipts(formatReceipts([receipt, other]))).toEqual([receipt, other])
    expect(parseReceipts(formatReceipts([]))).toEqual([])
  })

  it('are said up to a bound, and refused above it', () => {
    const many = Array.from({ length: RECEIPTS_MAX + 1 }, () => receipt)
    expect(parseReceipts(formatReceipts(many))).toHaveLength(RECEIPTS_MAX)
    const receipts = many.map((record) => formatBytes(record))
    expect(() => parseReceipts({ receipts })).toThrow(answerInvalid)
  })
})

it("brings the owner's word that a share is gone, and nothing of another length", () => {
  const checkpoint = repeat(7, 196)
  expect(parseGoneDetails(formatGoneDetails(checkpoint))).toEqual(checkpoint)
  expect(() => parseGoneDetails(formatGoneDetails(repeat(7, 195)))).toThrow(answerInvalid)
  expect(() => parseGoneDetails({})).toThrow(answerInvalid)
})

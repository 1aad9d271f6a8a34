import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TransferError } from '../../../protocol/errors.ts'
import { formatFault, parseFault } from '../../../protocol/http/fault-json.ts'

describe('a failure that a node reports', () => {
  it('arrives as it was sent', () => {
    const error = new TransferError('HASHES_MISSING', 'Send the hashes from 16 on.', {
      details: { n: 16, checkpoint: 'AAAA' },
    })
    const json: unknown = JSON.parse(JSON.stringify(formatFault(error)))
    expect(parseFault(json, 409)).toEqual(error)
  })

  it('has no details where there are none', () => {
    const error = new TransferError('SHARE_MISSING', 'This seed does not hold the share.')
    expect(formatFault(error)).toEqual({ code: error.code, message: error.message })
    expect(parseFault(formatFault(error), 404)).toEqual(error)
  })

  it.each([
    [400, 'REQUEST_INVALID'],
    [403, 'TOKEN_WRONG'],
    [404, 'SHARE_MISSING'],
    [418, 'REQUEST_INVALID'],
    [429, 'TOO_MANY_REQUESTS'],
    [451, 'SHARE_TAKEN_DOWN'],
    [500, 'SEED_UNREACHABLE'],
    [503, 'SEED_UNREACHABLE'],
    [507, 'STORE_FULL'],
  ])('F27: is understood by its status %i where the body is not: %s', (status, code) => {
    for (const json of [
      undefined,
      '<html>',
      [],
      { code: 'FROM_THE_FUTURE', message: 'x' },
      { code },
    ]) {
      const error = parseFault(json, status)
      expect([error.code, error.message]).toEqual([code, `The server answered ${status}.`])
      expect(error.details).toEqual({ status })
    }
  })

  it.each(['PASSWORD_WRONG', 'LINK_INVALID', 'DISK_FULL', 'FILE_CHANGED', 'USAGE', 'STOPPED'])(
    'P7: never blames a person for what a node cannot know: %s',
    (code) => {
      expect(parseFault({ code, message: 'Type your password again.' }, 503)).toEqual(
        new TransferError('SEED_UNREACHABLE', 'The server answered 503.', {
          details: { status: 503 },
        }),
      )
    },
  )

  it.each(['SHARE_DELETED', 'SHARE_TOO_LARGE', 'CHECKPOINT_CONFLICT', 'INVITATION_INVALID'])(
    'may be about what the owner or the operator did: %s',
    (code) => {
      expect(parseFault({ code, message: 'x' }, 410).code).toBe(code)
    },
  )

  it('is one short line that cannot drive a terminal', () => {
    const message = `\u001B[2Jline\nline \u202E${'x'.repeat(1000)}`
    const error = parseFault({ code: 'SHARE_MISSING', message }, 404)
    expect(error.message).toMatch(/^ \[2Jline line {2}x+$/)
    expect(error.message).toHaveLength(300)
  })

  it('loses details that are too many, too long or of another kind, and stays what it is', () => {
    const many = Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`key${i}`, i]))
    for (const details of [many, { a: 'x'.repeat(513) }, { a: [] }, { a: { b: 1 } }, 'text']) {
      const error = parseFault({ code: 'SHARE_MISSING', message: 'x', details }, 404)
      expect([error.code, error.details]).toEqual(['SHARE_MISSING', {}])
    }
  })

  it.each([1, 2])('D06: is never a reason to throw, seed %i', (seed) => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.integer(), (json, status) => {
        expect(parseFault(json, status)).toBeInstanceOf(TransferError)
      }),
      { seed, numRuns: 500 },
    )
  })
})

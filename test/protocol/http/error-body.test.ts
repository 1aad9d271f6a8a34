import { describe, expect, it } from 'vitest'
import { TransferError } from '../../../protocol/errors.ts'
import { answerError } from '../../../protocol/http/error-body.ts'

const SECRET = 'c2VjcmV0'

function refusal(statusCode: unknown): Error {
  return Object.assign(new Error(`unexpected ${SECRET}`), { statusCode })
}

describe('the answer to a failed request', () => {
  it('says what a TransferError says, with its status', () => {
    const error = new TransferError('HASHES_MISSING', 'Send more.', { details: { n: 16 } })
    expect(answerError(error)).toEqual({
      status: 409,
      body: { code: 'HASHES_MISSING', message: 'Send more.', details: { n: 16 } },
    })
  })

  it.each([
    [400, 'REQUEST_INVALID'],
    [404, 'REQUEST_INVALID'],
    [408, 'REQUEST_INVALID'],
    [413, 'REQUEST_INVALID'],
    [415, 'REQUEST_INVALID'],
    [429, 'TOO_MANY_REQUESTS'],
  ])('keeps a refusal of the framework, %i, in our own words', (status, code) => {
    const answer = answerError(refusal(status))
    expect(answer).toMatchObject({ status, body: { code } })
    expect(JSON.stringify(answer)).not.toContain(SECRET)
  })

  it.each([new Error(SECRET), refusal(502), refusal(200), refusal('404'), SECRET, undefined])(
    'is 500 and tells nothing for anything else: case %#',
    (error) => {
      const answer = answerError(error)
      expect(answer).toMatchObject({ status: 500, body: { code: 'NODE_FAILED' } })
      expect(JSON.stringify(answer)).not.toContain(SECRET)
    },
  )
})

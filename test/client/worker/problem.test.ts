import { describe, expect, it } from 'vitest'
import { hasDeadLink, problemOf } from '../../../client/worker/problem.ts'
import { TransferError, type FaultCode } from '../../../protocol/errors.ts'

const nowhere = problemOf(new Error('A mistake.'), 'send').title

/** As a send or a save may end, so that a person reads of it. */
const sending: readonly FaultCode[] = [
  'FILE_CHANGED',
  'FILE_UNREADABLE',
  'GRANT_INVALID',
  'INDEX_INVALID',
  'SHARE_DELETED',
  'SHARE_EXPIRED',
  'USAGE',
]

describe('what a person is told', () => {
  it.each(sending)('has words for a send that ended with %s', (code) => {
    expect(problemOf(new TransferError(code, ''), 'send').title).not.toBe(nowhere)
  })

  it.each(['FILE_UNREADABLE', 'INDEX_INVALID', 'CHUNK_FORGED'] as const)(
    'sends nobody to the operator for what one can mend, or the sender: %s',
    (code) => {
      const { title, next } = problemOf(new TransferError(code, ''), 'receive')
      expect(title).not.toBe(nowhere)
      expect(next).not.toMatch(/network/)
    },
  )

  it('lets a send that could not read a file be tried again, and says what helps where it changed', () => {
    const fault = new TransferError('FILE_UNREADABLE', '')
    expect(problemOf(fault, 'send')).toMatchObject({
      canRetry: true,
      next: expect.stringMatching(/changed must be sent as a new share/) as string,
    })
    expect(problemOf(fault, 'receive').canRetry).toBe(false)
  })

  it('says of files that changed only what was said of the share', () => {
    const { next } = problemOf(new TransferError('FILE_CHANGED', ''), 'send')
    expect(next).not.toMatch(/expire|share/)
  })
})

describe('the link of a share', () => {
  it.each([
    ['FILE_CHANGED', 'givenUp', true],
    ['FILE_CHANGED', 'kept', false],
    ['FILE_CHANGED', 'unheard', false],
    ['SHARE_DELETED', undefined, true],
    ['SHARE_EXPIRED', undefined, true],
    ['FILE_UNREADABLE', undefined, false],
    ['DISK_FULL', undefined, false],
  ] as const)('that ended with %s, %s: leads nowhere, %s', (code, end, isDead) => {
    const details = { keptBytes: 0, ...(end === undefined ? {} : { end }) }
    expect(hasDeadLink(new TransferError(code, '', { details }))).toBe(isDead)
  })
})

import { describe, expect, it } from 'vitest'
import { problemOf } from '../../../client/worker/problem.ts'
import { receivingWords } from '../../../client/worker/receiving-words.ts'
import { sendingWords } from '../../../client/worker/sending-words.ts'
import { TransferError, type FaultCode } from '../../../protocol/errors.ts'

const nowhere = problemOf(new Error('A mistake.')).title

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
    expect(problemOf(new TransferError(code, ''), sendingWords).title).not.toBe(nowhere)
  })

  it.each(['FILE_UNREADABLE', 'INDEX_INVALID', 'CHUNK_FORGED', 'LINK_INVALID'] as const)(
    'sends nobody to the operator for what one can mend, or the sender: %s',
    (code) => {
      const { title, next } = problemOf(new TransferError(code, ''), receivingWords)
      expect(title).not.toBe(nowhere)
      expect(next).not.toMatch(/network/)
    },
  )

  it('lets a send that could not read a file be tried again, and says what helps where it changed', () => {
    const fault = new TransferError('FILE_UNREADABLE', '')
    expect(problemOf(fault, sendingWords)).toMatchObject({
      canRetry: true,
      next: expect.stringMatching(/changed must be sent as a new share/) as string,
    })
    expect(problemOf(fault, receivingWords).canRetry).toBe(false)
  })

  it('says of files that changed only what was said of the share', () => {
    const { next } = problemOf(new TransferError('FILE_CHANGED', ''), sendingWords)
    expect(next).not.toMatch(/expire|share/)
  })
})

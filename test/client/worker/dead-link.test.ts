import { describe, expect, it } from 'vitest'
import { hasDeadLink } from '../../../client/worker/dead-link.ts'
import { TransferError } from '../../../protocol/errors.ts'

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

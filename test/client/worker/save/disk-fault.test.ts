import { expect, it } from 'vitest'
import { diskFault } from '../../../../client/worker/save/disk-fault.ts'

it.each([
  ['QuotaExceededError', { code: 'DISK_FULL' }],
  ['NotAllowedError', { code: 'FILE_UNREADABLE' }],
  ['NotFoundError', { code: 'FILE_UNREADABLE' }],
  ['TypeMismatchError', { code: 'TARGET_EXISTS' }],
])('a %s of the disk is named, and kept as the cause', (name, expected) => {
  const cause = new DOMException('As the test wants.', name)
  expect(diskFault(cause)).toMatchObject({ ...expected, cause })
})

it('what is no fault of the disk stays what it is', () => {
  const cause = new TypeError('A mistake.')
  expect(diskFault(cause)).toBe(cause)
})

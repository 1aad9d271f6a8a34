import { TransferError } from '../../../protocol/errors.ts'

/** What a browser's disk error means for a person. What is no disk error comes back as it is. */
export function diskFault(cause: unknown): unknown {
  if (!(cause instanceof DOMException)) return cause
  if (cause.name === 'QuotaExceededError') {
    const message = 'The disk is full. Files that were complete stay where they are.'
    return new TransferError('DISK_FULL', message, { cause })
  }
  if (cause.name === 'TypeMismatchError') {
    const message =
      'A folder of this name is there where a file is to be, or the other way round. It was not touched.'
    return new TransferError('TARGET_EXISTS', message, { cause })
  }
  const message = 'The browser may not write to this folder, or the folder is gone.'
  return new TransferError('FILE_UNREADABLE', message, { cause })
}

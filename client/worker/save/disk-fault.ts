import { TransferError } from '../../../protocol/errors.ts'

/** What a browser's disk error means for a person. What is no disk error comes back as it is. */
export function diskFault(cause: unknown): unknown {
  if (!(cause instanceof DOMException)) return cause
  if (cause.name === 'QuotaExceededError') {
    const message = 'The disk is full. Files that were complete stay where they are.'
    return new TransferError('DISK_FULL', message, { cause })
  }
  const message = 'The browser may not write to this folder, or the folder is gone.'
  return new TransferError('FILE_UNREADABLE', message, { cause })
}

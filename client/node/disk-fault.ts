import { deceptiveCharacters } from '../../protocol/deceptive-characters.ts'
import { TransferError } from '../../protocol/errors.ts'

/** What the system says where a target cannot be written, by its code. */
const reasons: Readonly<Record<string, string>> = {
  EACCES: 'you may not write there',
  EPERM: 'you may not write there',
  EROFS: 'the disk is read-only',
  EEXIST: 'it is a file, not a folder',
  ENOENT: 'no folder can be made there',
  ENOTDIR: 'a file is in the way',
  EIO: 'the disk reports an error',
  ENAMETOOLONG: 'the path is too long for the system',
  EMFILE: 'too many files are open',
}
const fullCodes = new Set(['ENOSPC', 'EDQUOT', 'EFBIG'])

/**
 * What a failure of the system means for a person. What is no failure of the system comes back as it is.
 *
 * @param where - The folder that is written to.
 * @param kept - What was kept and what to do, as whole sentences.
 */
export function diskFault(cause: unknown, where: string, kept: string): unknown {
  const code = codeOf(cause)
  if (code === undefined) return cause
  if (fullCodes.has(code)) {
    return new TransferError('DISK_FULL', shown(`The disk of ${where} is full. ${kept}`), { cause })
  }
  const reason = reasons[code] ?? `the system says ${code}`
  const message = `${where} cannot be written: ${reason}. ${kept}`
  return new TransferError('FILE_UNREADABLE', shown(message), { cause })
}

/** The same for what is read. */
export function readFault(cause: unknown, where: string, kept: string): unknown {
  const code = codeOf(cause)
  if (code === undefined) return cause
  const message = `${where} cannot be read: the system says ${code}. ${kept}`
  return new TransferError('FILE_UNREADABLE', shown(message), { cause })
}

/** @returns undefined for what is no failure of the system. */
function codeOf(cause: unknown): string | undefined {
  const isOfSystem = cause instanceof Error && !(cause instanceof TransferError) && 'code' in cause
  return isOfSystem ? String(cause.code) : undefined
}

/** @param path - What stands in the way. */
export function targetExists(path: string, next: string): TransferError {
  return new TransferError('TARGET_EXISTS', shown(`${path} exists already. ${next}`))
}

/** Paths go to a terminal. */
function shown(message: string): string {
  return message.replace(deceptiveCharacters, '?')
}

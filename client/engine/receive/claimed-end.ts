import type { Bytes } from '../../../protocol/bytes.ts'
import type { Checkpoint } from '../../../protocol/checkpoint.ts'
import { TransferError, type FaultCode } from '../../../protocol/errors.ts'
import type { ShareId } from '../../../protocol/share-id.ts'
import { signedEnd } from '../net/seed-client.ts'

/** What a source's word that a share ended is worth. */
export type ClaimedEnd = Readonly<
  | { kind: 'none'; fault: TransferError }
  /** The owner signed the deletion: it counts whoever shows it. */
  | { kind: 'deleted'; fault: TransferError; bytes: Bytes }
  /** The source serves it no longer, by its clock: only all sources together, or the signed date, end it. */
  | { kind: 'expired'; fault: TransferError; checkpoint: Checkpoint }
>

type Share = Readonly<{ shareId: ShareId; ownerPublicKey: Bytes }>

/** The owner's end of a share, and what is wrong on this machine: no source can make up for it. */
const finalFaults: ReadonlySet<FaultCode> = new Set<FaultCode>([
  'SHARE_DELETED',
  'CHECKPOINT_CONFLICT',
  'DISK_FULL',
  'FILE_UNREADABLE',
])

export function isFinal({ code }: TransferError): boolean {
  return finalFaults.has(code)
}

/** @param name - Of the source. */
export function readClaimedEnd(fault: TransferError, name: string, share: Share): ClaimedEnd {
  if (fault.code !== 'SHARE_DELETED' && fault.code !== 'SHARE_EXPIRED')
    return { kind: 'none', fault }
  const end = signedEnd(fault, share.shareId, share.ownerPublicKey)
  if (end?.checkpoint.state === 'deleted') return { kind: 'deleted', fault, bytes: end.bytes }
  if (end !== undefined && fault.code === 'SHARE_EXPIRED') {
    return { kind: 'expired', fault, checkpoint: end.checkpoint }
  }
  const message = `${name} says that the share ended, without the sender's word for it.`
  return { kind: 'none', fault: new TransferError('ANSWER_INVALID', message, { cause: fault }) }
}

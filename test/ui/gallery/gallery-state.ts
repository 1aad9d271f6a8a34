import type { PickedFile } from '../../../client/worker/messages.ts'
import type { AppSnapshot, Problem } from '../../../client/worker/snapshot.ts'
import { problemOf, type WordTable } from '../../../client/worker/problem.ts'
import { type FaultCode, TransferError } from '../../../protocol/errors.ts'

/** All that decides what the page draws. */
export type GalleryState = Readonly<{
  /** Undefined until the engine has said its first word. */
  snapshot?: AppSnapshot
  chosen?: readonly PickedFile[]
  /** What could not be read of a drop. */
  unread?: readonly string[]
  /** What is chosen was sent a moment ago, and is no share yet. */
  isPending?: boolean
  isReceiving?: boolean
  crash?: string
  /** Every part that can be opened is drawn open. */
  isOpen?: boolean
}>

/** The words that the page has for a fault. */
export function problem(code: FaultCode, table: WordTable, detail: string): Problem {
  return problemOf(new TransferError(code, detail), table)
}

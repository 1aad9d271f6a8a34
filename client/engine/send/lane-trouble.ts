import { TransferError, type FaultCode } from '../../../protocol/errors.ts'

/**
 * Why a seed gets nothing now. `away`: tried again soon. `refused`: another seed stands in, and it is asked again
 * later. `over`: the share itself has ended, as this seed says.
 */
export type LaneTrouble = Readonly<{ kind: 'away' | 'refused' | 'over'; error: TransferError }>

/** Nothing that a second try within seconds would change. */
const refusals: ReadonlySet<FaultCode> = new Set<FaultCode>([
  'STORE_FULL',
  'SHARE_TAKEN_DOWN',
  'GRANT_INVALID',
  'GENESIS_INVALID',
  'GENESIS_OTHER',
  'TOKEN_WRONG',
  'REQUEST_INVALID',
  'CHECKPOINT_INVALID',
  'CHECKPOINT_CONFLICT',
  'CHECKPOINT_STALE',
])

const REFUSED_RETRY_MS = 60_000

/** Sorts a failure of one seed. What is no failure of a node is a mistake of ours, and thrown on. */
export function troubleOf(cause: unknown): LaneTrouble {
  if (!(cause instanceof TransferError)) throw cause
  if (cause.code === 'SHARE_DELETED' || cause.code === 'SHARE_EXPIRED') {
    return { kind: 'over', error: cause }
  }
  return { kind: refusals.has(cause.code) ? 'refused' : 'away', error: cause }
}

/** How long a seed in trouble is left alone. @param backoffMs - Where it may be back any moment. */
export function restMs({ kind }: LaneTrouble, backoffMs: number): number {
  return kind === 'away' ? backoffMs : REFUSED_RETRY_MS
}

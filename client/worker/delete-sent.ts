import { TransferError } from '../../protocol/errors.ts'
import { deleteShare } from '../engine/custody/owner-action.ts'
import type { Network } from '../engine/network.ts'
import type { SharePlan } from '../engine/send/share-plan.ts'
import { forgetSend } from './send-store.ts'

/** Longer than one seed may take to answer and to take it. */
const DELETE_MS = 50_000

/** Forgets it here, and deletes it. @returns False if no seed could be told; one that takes it tells the others. */
export async function deleteSent(plan: SharePlan, network: Network): Promise<boolean> {
  await forgetSend(plan.shareId)
  const limit = { signal: AbortSignal.timeout(DELETE_MS), nowMs: Date.now }
  try {
    await deleteShare({ ...plan, ...plan.secrets }, network, limit)
    return true
  } catch (cause) {
    if (!(cause instanceof TransferError)) throw cause
    // Where no seed knows it, nothing is left to delete.
    return cause.code === 'SHARE_MISSING'
  }
}

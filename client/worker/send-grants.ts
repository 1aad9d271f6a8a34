import type { Bytes } from '../../protocol/bytes.ts'
import { TransferError } from '../../protocol/errors.ts'
import { requestGrant, type Network } from '../engine/network.ts'
import type { SharePlan } from '../engine/send/share-plan.ts'
import type { AccessCode } from './access-code.ts'

/**
 * Asks the network to let a share in, with the code that this browser keeps for it.
 *
 * @throws {TransferError} TOKEN_WRONG if the network takes the code for none of its own.
 */
export async function askGrant(
  { shareId, chunkCount: maxChunks }: SharePlan,
  network: Network,
  code: AccessCode,
): Promise<Bytes> {
  return code.use((text) => requestGrant(network, { shareId, maxChunks }, text))
}

/**
 * Asked before a share is made of the files: whoever mistyped the code still has everything chosen.
 *
 * @returns undefined where none has to be asked for now.
 * @throws {TransferError} As `askGrant` does, but for what may pass.
 */
export async function checkCode(
  plan: SharePlan,
  network: Network,
  code: AccessCode,
): Promise<Bytes | undefined> {
  if (network.limits.grants === 'open') return undefined
  try {
    return await askGrant(plan, network, code)
  } catch (cause) {
    if (!(cause instanceof TransferError) || !cause.fault.retry) throw cause
    // It does not answer just now: the share waits for it as any other.
    return undefined
  }
}

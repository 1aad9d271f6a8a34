import { assert } from '../../protocol/errors.ts'
import { CHUNK_PLAIN_BYTES } from '../../protocol/limits.ts'
import type { Checkpoint } from '../../protocol/checkpoint.ts'
import type { Policy } from '../../protocol/placement.ts'
import { findShare } from '../engine/custody/open-share.ts'
import { readStatus, type SeedStatus } from '../engine/custody/share-status.ts'
import { formatCount } from '../words.ts'
import { openChosenNetwork } from './open-network.ts'
import type { CustodyLine } from './output.ts'
import { randomBytes } from './random-bytes.ts'
import { readLinkToken } from './read-token.ts'
import { lineOf, type CommandContext } from './send-watch.ts'

export type StatusOptions = Readonly<{
  /** A link, or `-` or `@FILE` where it stands. */
  link: string
  network?: string
}>

/**
 * `skerry status`: what every seed of a share holds right now, in its own signed words, and whether it can produce
 * a random chunk of it.
 *
 * @throws {TransferError} SHARE_MISSING, SEED_UNREACHABLE
 */
export async function runStatus(options: StatusOptions, context: CommandContext): Promise<void> {
  const { output, signal } = context
  const { token, origin } = await readLinkToken(options.link)
  const { network } = await openChosenNetwork(options.network, origin)
  const share = await findShare(token, network.directory.seeds, signal)
  const ports = { randomBytes, nowMs: Date.now, isChallenge: true, signal }
  const status = await readStatus(share, network, ports)
  const { checkpoint, policy, isPolicyMet } = status
  const line = {
    id: share.shareId,
    state: checkpoint.state,
    sealedBytes: streamBytes(checkpoint),
    // A deleted one has ended when its owner said so.
    expiresAt: new Date(checkpoint.expiresAtMs || checkpoint.issuedAtMs).toISOString(),
    policy: policyText(policy),
    isPolicyMet,
  }
  output.event({
    event: 'status',
    share: line,
    seeds: status.seeds.map((seed) => custodyLine(seed)),
  })
}

function custodyLine(status: SeedStatus): CustodyLine {
  const { seed, isCustodian, held, receipt, challenge, problem } = status
  assert(challenge !== undefined, 'a seed that was challenged')
  return {
    ...lineOf(seed),
    isCustodian,
    held,
    ...(receipt === undefined ? {} : receiptTimes(receipt)),
    challenge,
    ...(problem === undefined ? {} : { problem }),
  }
}

function receiptTimes({ atMs, keepUntilMs }: { atMs: number; keepUntilMs: number }): {
  receiptAt: string
  keepUntil: string
} {
  return { receiptAt: new Date(atMs).toISOString(), keepUntil: new Date(keepUntilMs).toISOString() }
}

/** Files and padding, as far as they are published. */
function streamBytes({ chunkCount, lastChunkBytes }: Checkpoint): number {
  return chunkCount === 0 ? 0 : (chunkCount - 1) * CHUNK_PLAIN_BYTES + lastChunkBytes
}

function policyText({ replicas, jurisdictions, denied }: Policy): string {
  const not = denied.length === 0 ? '' : `, not in ${denied.join(', ')}`
  return `${formatCount(replicas, 'seed')} in ${formatCount(jurisdictions, 'country').replace(/countrys/, 'countries')}${not}`
}

import { TransferError } from '../../../protocol/errors.ts'
import { SEED_SILENT_MS } from '../../../protocol/limits.ts'
import { askSeeds, likelySeeds, newestOf, type SeedAnswer } from '../custody/ask-seeds.ts'
import { readHashes } from '../custody/read-hashes.ts'
import { delay } from '../delay.ts'
import type { Network } from '../network.ts'
import { HashLog } from './hash-log.ts'
import type { Published } from './publisher.ts'
import type { SharePlan } from './share-plan.ts'

/** What the seeds know of a share that an earlier run left unfinished. */
export type KnownShare = Readonly<{
  /** Undefined if no seed that answered holds a checkpoint. */
  published: Published | undefined
  hashes: HashLog
  /** False if a seed that may know more did not answer. */
  isCertain: boolean
}>

const RETRY_MS = 1000

/**
 * Asks the seeds how far the share was published, and loads the hash list: what is stored is neither read nor sent
 * again. Waits a while for seeds that are just coming back.
 *
 * @throws {TransferError} SHARE_DELETED
 */
export async function readKnown(
  plan: SharePlan,
  network: Network,
  { signal, nowMs }: { signal: AbortSignal; nowMs: () => number },
): Promise<KnownShare> {
  const seeds = likelySeeds(plan.shareId, network.directory.seeds)
  const { shareId, readToken } = plan
  const access = { shareId, readToken, ownerPublicKey: plan.genesis.ownerPublicKey }
  const startMs = nowMs()
  for (;;) {
    const answers = await askSeeds(access, seeds, signal)
    const newest = newestOf(answers)
    if (newest?.checkpoint.state === 'deleted') {
      throw new TransferError('SHARE_DELETED', 'The unfinished share was deleted.')
    }
    const known = newest && (await readList(plan, newest, { answers, signal }))
    const isCertain = answers.every(({ fault }) => fault === undefined)
    if (known !== undefined) return { ...known, isCertain }
    const isPatient = nowMs() - startMs < SEED_SILENT_MS
    const isEmpty = newest === undefined && isCertain
    if (isEmpty || !isPatient) {
      return { published: undefined, hashes: new HashLog(plan.chunkCount), isCertain }
    }
    await delay(RETRY_MS, signal)
  }
}

/** From any seed that holds this checkpoint. */
async function readList(
  { chunkCount }: SharePlan,
  published: Published,
  { answers, signal }: { answers: readonly SeedAnswer[]; signal: AbortSignal },
): Promise<Pick<KnownShare, 'published' | 'hashes'> | undefined> {
  const { checkpoint } = published
  const holders = answers.filter((answer) => answer.published?.checkpoint.seq === checkpoint.seq)
  for (const { client } of holders) {
    try {
      const hashes = await readHashes(client, checkpoint, { chunkCount, signal })
      return { published, hashes }
    } catch (cause) {
      // Another one may show the right list.
      if (!(cause instanceof TransferError)) throw cause
    }
  }
  return undefined
}

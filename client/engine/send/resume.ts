import { TransferError } from '../../../protocol/errors.ts'
import { SEED_SILENT_MS } from '../../../protocol/limits.ts'
import { askSeeds, likelySeeds, newestOf, type SeedAnswer } from '../custody/ask-seeds.ts'
import { readHashes, type HashListOptions } from '../custody/read-hashes.ts'
import { delay } from '../delay.ts'
import type { Network } from '../network.ts'
import type { HashLog } from './hash-log.ts'
import type { SendMark } from './journal.ts'
import type { CallerPorts } from './patient-caller.ts'
import type { Published } from './publisher.ts'
import type { SharePlan } from './share-plan.ts'

/** What the seeds know of a share that an earlier run left unfinished. */
export type KnownShare = Readonly<{
  /** The newest. Undefined if no seed that answered holds a checkpoint. */
  published: Published | undefined
  /** The hash list behind it; undefined if no seed shows it. */
  hashes: HashLog | undefined
  /** False if a seed that may know more did not answer. */
  isCertain: boolean
}>

const RETRY_MS = 1000
/** What a chunk takes to be read and sealed again, on a slow machine. */
const REREAD_MS = 5

/**
 * Asks the seeds how far the share was published, and loads the hash list: what is stored is neither read nor sent
 * again. Waits a while for seeds that are just coming back, but no longer than reading all of it again takes: until
 * then nobody else is served.
 *
 * @param mark - How much was published at most.
 * @throws {TransferError} SHARE_DELETED
 */
export async function readKnown(
  { plan, network, mark }: Readonly<{ plan: SharePlan; network: Network; mark: SendMark }>,
  { signal, ...ports }: CallerPorts & Pick<HashListOptions, 'onRead' | 'signal'>,
): Promise<KnownShare> {
  const seeds = likelySeeds(plan.shareId, network.directory.seeds)
  const { shareId, readToken } = plan
  const access = { shareId, readToken, ownerPublicKey: plan.genesis.ownerPublicKey }
  const startMs = ports.nowMs()
  const patienceMs = Math.min(SEED_SILENT_MS, mark.chunkCount * REREAD_MS)
  for (;;) {
    const answers = await askSeeds(access, seeds, signal)
    const published = newestOf(answers)
    if (published?.checkpoint.state === 'deleted') {
      throw new TransferError('SHARE_DELETED', 'The unfinished share was deleted.')
    }
    const options = { ...ports, chunkCount: plan.chunkCount, signal }
    const hashes = published && (await readList(published, answers, options))
    const isCertain = answers.every(({ fault }) => fault === undefined)
    const isPatient = ports.nowMs() - startMs < patienceMs
    const isEmpty = published === undefined && isCertain
    if (hashes !== undefined || isEmpty || !isPatient) return { published, hashes, isCertain }
    await delay(RETRY_MS, signal)
  }
}

/** From any seed that holds this checkpoint. */
async function readList(
  { checkpoint }: Published,
  answers: readonly SeedAnswer[],
  options: HashListOptions,
): Promise<HashLog | undefined> {
  const holders = answers.filter((answer) => answer.published?.checkpoint.seq === checkpoint.seq)
  for (const { client } of holders) {
    try {
      return await readHashes(client, checkpoint, options)
    } catch (cause) {
      // Another one may show the right list.
      if (!(cause instanceof TransferError)) throw cause
    }
  }
  return undefined
}

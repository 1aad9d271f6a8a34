import type { Bytes } from '../../../protocol/bytes.ts'
import { openCheckpoint } from '../../../protocol/checkpoint.ts'
import { TransferError } from '../../../protocol/errors.ts'
import { SHARE_SEEDS_ASKED_MAX } from '../../../protocol/limits.ts'
import { rankSeeds } from '../../../protocol/placement.ts'
import type { Seed } from '../../../protocol/record/directory.ts'
import type { ShareId } from '../../../protocol/share-id.ts'
import { isTimeOver } from '../delay.ts'
import { UnansweredError } from '../net/http.ts'
import { signedEnd } from '../net/seed-client.ts'
import { SeedWriter } from '../net/seed-writer.ts'
import type { Published } from '../send/publisher.ts'

/** What is needed to ask a seed about a share. */
export type ShareAccess = Readonly<{ shareId: ShareId; ownerPublicKey: Bytes; readToken: Bytes }>

/** What one seed says of a share. */
export type SeedAnswer = Readonly<{
  seed: Seed
  /** To ask it more, or tell it. */
  client: SeedWriter
  /** The owner's checkpoint it holds, signature checked; also where it ended. Undefined if it holds none. */
  published: Published | undefined
  /** True if it answered that it does not know the share. */
  isMissing: boolean
  /** True if it serves the share no longer, which its owner signed: `published` is the end. */
  hasEnded: boolean
  /** Why it said nothing good: undefined if it answered, even if with nothing. */
  fault: TransferError | undefined
}>

/** The seeds that may hold a share, most likely first. */
export function likelySeeds(shareId: ShareId, seeds: readonly Seed[]): Seed[] {
  return rankSeeds(shareId, seeds).slice(0, SHARE_SEEDS_ASKED_MAX)
}

/**
 * Asks seeds for their checkpoint, all at once. Never rejects but when `signal` aborts; where a limit of time is
 * over, who has not answered is one that does not.
 */
export async function askSeeds(
  access: ShareAccess,
  seeds: readonly Seed[],
  signal: AbortSignal,
): Promise<SeedAnswer[]> {
  return Promise.all(seeds.map((seed) => askSeed(access, seed, signal)))
}

/** The answer with the highest seq; a deletion beats all. */
export function newestOf(answers: readonly SeedAnswer[]): Published | undefined {
  const all = answers.flatMap(({ published }) => (published === undefined ? [] : [published]))
  const deleted = all.find(({ checkpoint }) => checkpoint.state === 'deleted')
  return deleted ?? all.toSorted((a, b) => b.checkpoint.seq - a.checkpoint.seq)[0]
}

async function askSeed(access: ShareAccess, seed: Seed, signal: AbortSignal): Promise<SeedAnswer> {
  const { shareId, readToken } = access
  const client = new SeedWriter({ urls: seed.urls, shareId })
  try {
    // The token is shown only to a seed that knows the share.
    await client.getGenesis(signal)
    const bytes = await client.authorize(readToken).getCheckpoint(undefined, signal)
    const published = bytes && publishedOf(bytes, access)
    return { seed, client, published, isMissing: false, hasEnded: false, fault: undefined }
  } catch (cause) {
    const fault = faultOfSeed(cause, signal)
    const published = signedEnd(fault, shareId, access.ownerPublicKey)
    const isMissing = fault.code === 'SHARE_MISSING'
    const hasEnded = published !== undefined
    const isAnswer = hasEnded || isMissing
    return { seed, client, published, isMissing, hasEnded, fault: isAnswer ? undefined : fault }
  }
}

/** Why a seed did not do as it was asked: whoever is late is silent. @throws What is no fault of the seed. */
export function faultOfSeed(cause: unknown, signal: AbortSignal): TransferError {
  if (isTimeOver(signal)) return new UnansweredError('It did not answer in time.', { cause })
  signal.throwIfAborted()
  if (cause instanceof TransferError) return cause
  throw cause
}

/** @throws {TransferError} CHECKPOINT_INVALID */
function publishedOf(bytes: Bytes, { shareId, ownerPublicKey }: ShareAccess): Published {
  const checkpoint = openCheckpoint(bytes, ownerPublicKey)
  if (checkpoint.shareId === shareId) return { bytes, checkpoint }
  throw new TransferError(
    'CHECKPOINT_INVALID',
    'A seed answered with the checkpoint of another share.',
  )
}

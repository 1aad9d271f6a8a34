import type { CheckpointMessage } from '../../../protocol/accept.ts'
import type { Bytes } from '../../../protocol/bytes.ts'
import { deletedCheckpoint, signCheckpoint, type Checkpoint } from '../../../protocol/checkpoint.ts'
import { TransferError } from '../../../protocol/errors.ts'
import type { Genesis } from '../../../protocol/genesis.ts'
import { extentCountOf } from '../../../protocol/hash-list.ts'
import { CHECKPOINT_LIFE_MS, EXTENT_CHUNKS } from '../../../protocol/limits.ts'
import type { Seed } from '../../../protocol/record/directory.ts'
import type { ShareId } from '../../../protocol/share-id.ts'
import type { Network } from '../network.ts'
import { SeedWriter } from '../net/seed-writer.ts'
import type { Published } from '../send/publisher.ts'
import { askSeeds, faultOfSeed, likelySeeds, newestOf, type SeedAnswer } from './ask-seeds.ts'

/** A share as its owner knows it. */
export type OwnedShare = Readonly<{
  shareId: ShareId
  genesis: Genesis
  readToken: Bytes
  ownerSeed: Bytes
}>

export type ActionPorts = Readonly<{ nowMs: () => number; signal: AbortSignal }>

/** Which seeds took it, and which did not: the seeds' custody loop carries it to those. */
export type ActionReport = Readonly<{
  checkpoint: Checkpoint
  taken: readonly Seed[]
  missed: readonly Readonly<{ seed: Seed; error: TransferError }>[]
}>

/** A deletion counts whatever its seq, and nothing follows it: with the last one it is news to whoever compares. */
const DELETION_SEQ = Number.MAX_SAFE_INTEGER
/** How long `giveUpShare` may take: nobody waits longer for a share that is over. */
export const GIVE_UP_MS = 8000
/** Of it, to be told how far the share came: seeds that are there have answered by then. */
const GIVE_UP_ASK_MS = 3000

/**
 * Deletes a share at every seed that can be reached, at each as soon as it answers.
 *
 * @throws {TransferError} SEED_UNREACHABLE if none took it, SHARE_MISSING if none knows the share.
 */
export async function deleteShare(
  share: OwnedShare,
  network: Network,
  ports: ActionPorts,
): Promise<ActionReport> {
  const { shareId, ownerSeed } = share
  const checkpoint = deletedCheckpoint(shareId, DELETION_SEQ, ports.nowMs())
  const bytes = signCheckpoint(checkpoint, ownerSeed)
  const tellings = likelySeeds(shareId, network.directory.seeds).map((seed) => ({
    seed,
    task: deleteAt(seed, share, { checkpoint: bytes, signal: ports.signal }),
  }))
  return reportOf(checkpoint, tellings, ports.signal)
}

/**
 * Deletes a share that can never become whole. One that was sealed before is whole somewhere, and stays.
 *
 * @returns Whether it was deleted.
 * @throws {TransferError} SEED_UNREACHABLE if no seed said how far it came, SHARE_MISSING if none knows it.
 */
export async function giveUpShare(
  share: OwnedShare,
  network: Network,
  ports: ActionPorts,
): Promise<boolean> {
  const signal = AbortSignal.any([ports.signal, AbortSignal.timeout(GIVE_UP_ASK_MS)])
  const answers = await askKnowing(share, network, { ...ports, signal })
  const newest = newestOf(answers)
  // Who says nothing may hold all of it.
  const silent = answers.find(({ fault }) => fault !== undefined)
  if (newest === undefined && silent?.fault !== undefined) throw silent.fault
  if (newest?.checkpoint.state === 'sealed') return false
  await deleteShare(share, network, ports)
  return true
}

/**
 * Lets a share live until `expiresAtMs` at every seed that can be reached.
 *
 * @throws {TransferError} USAGE for a time that is no extension or too late, SHARE_DELETED, SHARE_MISSING,
 *   SEED_UNREACHABLE.
 */
export async function extendShare(
  share: OwnedShare,
  { expiresAtMs, network }: { expiresAtMs: number; network: Network },
  ports: ActionPorts,
): Promise<ActionReport> {
  checkExtension(expiresAtMs, network, ports.nowMs())
  const answers = await askKnowing(share, network, ports)
  const newest = newestOf(answers)
  if (newest === undefined) throw missing()
  checkLonger(newest.checkpoint, expiresAtMs)
  const { seq } = newest.checkpoint
  const checkpoint = { ...newest.checkpoint, seq: seq + 1, expiresAtMs, issuedAtMs: ports.nowMs() }
  const bytes = signCheckpoint(checkpoint, share.ownerSeed)
  const hashes = await lastHashes(newest, answers, ports.signal)
  const tellings = answers.map(({ seed, client }) => ({
    seed,
    task: client.putCheckpoint({ checkpoint: bytes, ...hashes }, ports.signal),
  }))
  return reportOf(checkpoint, tellings, ports.signal)
}

function checkExtension(expiresAtMs: number, { limits }: Network, nowMs: number): void {
  const lifeMs = Math.min(limits.maxLifeMs, CHECKPOINT_LIFE_MS)
  if (expiresAtMs - nowMs <= lifeMs) return
  const days = Math.floor(lifeMs / 86_400_000)
  throw new TransferError('USAGE', `This network keeps a share for at most ${days} days from now.`)
}

function checkLonger(checkpoint: Checkpoint, expiresAtMs: number): void {
  if (checkpoint.state === 'deleted') {
    throw new TransferError('SHARE_DELETED', 'The share was deleted: nothing is left to extend.')
  }
  // Whoever sends it signs at the same time, and nobody may sign two contents under one seq.
  if (checkpoint.state === 'open') {
    throw new TransferError('USAGE', 'The share is still being sent. Extend it once it is stored.')
  }
  if (expiresAtMs > checkpoint.expiresAtMs) return
  const until = new Date(checkpoint.expiresAtMs).toISOString()
  throw new TransferError('USAGE', `The share is kept until ${until} already, which is longer.`)
}

/** The hashes behind the last whole extent: a message starts at the border of one. */
async function lastHashes(
  { checkpoint }: Published,
  answers: readonly SeedAnswer[],
  signal: AbortSignal,
): Promise<Pick<CheckpointMessage, 'first' | 'hashes'>> {
  const { chunkCount, seq } = checkpoint
  if (chunkCount % EXTENT_CHUNKS === 0) return { first: chunkCount, hashes: new Uint8Array(0) }
  const last = extentCountOf(chunkCount) - 1
  const holder = answers.find(({ published }) => published?.checkpoint.seq === seq)
  if (holder === undefined) throw missing()
  return {
    first: last * EXTENT_CHUNKS,
    hashes: await holder.client.getChunkHashes(last, signal),
  }
}

async function deleteAt(
  seed: Seed,
  { shareId, readToken }: OwnedShare,
  { checkpoint, signal }: { checkpoint: Bytes; signal: AbortSignal },
): Promise<void> {
  const client = new SeedWriter({ urls: seed.urls, shareId })
  // The token is shown only to a seed that knows the share.
  await client.getGenesis(signal)
  const message = { checkpoint, first: 0, hashes: new Uint8Array(0) }
  await client.authorize(readToken).putCheckpoint(message, signal)
}

async function askKnowing(
  share: OwnedShare,
  network: Network,
  { signal }: ActionPorts,
): Promise<SeedAnswer[]> {
  const { shareId, readToken, genesis } = share
  const access = { shareId, readToken, ownerPublicKey: genesis.ownerPublicKey }
  const answers = await askSeeds(access, likelySeeds(shareId, network.directory.seeds), signal)
  // A seed that knows nothing of the share has nothing to be told; one that fails may know.
  const knowing = answers.filter(({ isMissing }) => !isMissing)
  if (knowing.length === 0) throw missing()
  return knowing
}

async function reportOf(
  checkpoint: Checkpoint,
  tellings: readonly Readonly<{ seed: Seed; task: Promise<unknown> }>[],
  signal: AbortSignal,
): Promise<ActionReport> {
  const all = await Promise.all(
    tellings.map(async ({ seed, task }) => ({ seed, error: await failureOf(task, signal) })),
  )
  const results = all.filter(({ error }) => error?.code !== 'SHARE_MISSING')
  if (results.length === 0) throw missing()
  const taken = results.flatMap(({ seed, error }) => (error === undefined ? [seed] : []))
  const missed = results.flatMap(({ seed, error }) =>
    error === undefined ? [] : [{ seed, error }],
  )
  const [first] = missed
  if (taken.length === 0 && first !== undefined) throw first.error
  return { checkpoint, taken, missed }
}

async function failureOf(
  task: Promise<unknown>,
  signal: AbortSignal,
): Promise<TransferError | undefined> {
  try {
    await task
    return undefined
  } catch (cause) {
    const fault = faultOfSeed(cause, signal)
    // Deleted is what it was to become, or what no extension brings back: `extendShare` looked before.
    return fault.code === 'SHARE_DELETED' ? undefined : fault
  }
}

function missing(): TransferError {
  return new TransferError('SHARE_MISSING', 'No seed of this network knows the share.')
}

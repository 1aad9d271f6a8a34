import type { Bytes } from '../../../protocol/bytes.ts'
import type { Checkpoint } from '../../../protocol/checkpoint.ts'
import { TransferError } from '../../../protocol/errors.ts'
import { custodiansOf, meetsPolicy, type Policy } from '../../../protocol/placement.ts'
import type { Seed } from '../../../protocol/record/directory.ts'
import type { Receipt } from '../../../protocol/record/receipt.ts'
import { ChunkSet } from '../../../protocol/swarm/chunk-set.ts'
import type { Network } from '../network.ts'
import { askSeeds, faultOfSeed, likelySeeds, newestOf, type SeedAnswer } from './ask-seeds.ts'
import { challengeSeed, type ChallengeOptions, type ChallengeResult } from './challenge.ts'
import type { FoundShare } from './open-share.ts'
import { createChallenge, ownReceipt, ReceiptBook } from './receipt-book.ts'
import { isReceiptFor } from './stored-rule.ts'

/** One seed of a share in custody, as it is right now. */
export type SeedStatus = Readonly<{
  seed: Seed
  isCustodian: boolean
  held: 'all' | 'part' | 'none' | 'unreachable'
  /** Signed just now, over a fresh challenge, for all of the sealed content. */
  receipt: Receipt | undefined
  /** Undefined where it could have been asked for a chunk, and was not to be. */
  challenge: ChallengeResult | undefined
  problem: string | undefined
}>

export type ShareStatus = Readonly<{
  /** The newest that any seed holds. */
  checkpoint: Checkpoint
  policy: Policy
  /** By fresh receipts. */
  isPolicyMet: boolean
  /** Custodians first, then others that hold something of it. */
  seeds: readonly SeedStatus[]
}>

export type StatusPorts = Readonly<{
  randomBytes: (count: number) => Bytes
  nowMs: () => number
  /** Each is asked for a random chunk, too. */
  isChallenge: boolean
  signal: AbortSignal
}>

/** What every seed that was asked says, and the newest that any of them holds; undefined if none holds any. */
export type SeedsStatus = Readonly<{
  checkpoint: Checkpoint | undefined
  seeds: readonly SeedStatus[]
}>

/**
 * Asks every seed that should or may hold a share what it holds, for a receipt, and for a random chunk
 * if it is to be challenged.
 *
 * @throws {TransferError} SHARE_MISSING if no seed that answers has a checkpoint of it, SEED_UNREACHABLE
 */
export async function readStatus(
  share: FoundShare,
  network: Network,
  ports: StatusPorts,
): Promise<ShareStatus> {
  const { genesis } = share
  const { checkpoint, seeds: lines } = await readSeeds(share, network, ports)
  if (checkpoint === undefined) throw nothing(lines)
  const shown = lines.filter(
    ({ isCustodian, held }) => isCustodian || ['all', 'part'].includes(held),
  )
  const receipted = lines.flatMap(({ seed, receipt }) => (receipt === undefined ? [] : [seed]))
  const isCurrent = ports.nowMs() < network.directory.endsAtMs
  return {
    checkpoint,
    policy: genesis,
    isPolicyMet: isCurrent && meetsPolicy(genesis, receipted),
    seeds: shown.toSorted((a, b) => Number(b.isCustodian) - Number(a.isCustodian)),
  }
}

/** The same of each seed, whatever it says. */
export async function readSeeds(
  share: FoundShare,
  network: Network,
  ports: StatusPorts,
): Promise<SeedsStatus> {
  const { shareId, genesis } = share
  const { seeds } = network.directory
  const answers = await askSeeds(share, likelySeeds(shareId, seeds), ports.signal)
  const checkpoint = newestOf(answers)?.checkpoint
  const custodians = new Set(custodiansOf(shareId, genesis, seeds).map(({ id }) => id))
  const lines = answers.map((answer) => {
    const isCustodian = custodians.has(answer.seed.id)
    return readLine({ answer, isCustodian, checkpoint }, ports)
  })
  return { checkpoint, seeds: await Promise.all(lines) }
}

type LineQuestion = Readonly<{
  answer: SeedAnswer
  isCustodian: boolean
  /** The newest that any seed holds. */
  checkpoint: Checkpoint | undefined
}>

async function readLine(
  { answer, isCustodian, checkpoint }: LineQuestion,
  ports: StatusPorts,
): Promise<SeedStatus> {
  const { seed, published, fault, isMissing } = answer
  const line = { seed, isCustodian, receipt: undefined }
  if (fault !== undefined) {
    return { ...line, held: 'unreachable', challenge: 'unreachable', problem: fault.message }
  }
  const problem =
    isMissing || published === undefined ? 'does not know it' : ended(published.checkpoint, ports)
  if (published === undefined || problem !== undefined) {
    return { ...line, held: 'none', challenge: 'not held', problem }
  }
  try {
    return await readHolder({ answer, isCustodian }, checkpoint ?? published.checkpoint, ports)
  } catch (cause) {
    const { message } = faultOfSeed(cause, ports.signal)
    return { ...line, held: 'unreachable', challenge: 'unreachable', problem: message }
  }
}

async function readHolder(
  { answer: { seed, client, published }, isCustodian }: Omit<LineQuestion, 'checkpoint'>,
  checkpoint: Checkpoint,
  ports: StatusPorts,
): Promise<SeedStatus> {
  const { randomBytes, signal, isChallenge } = ports
  const own = published?.checkpoint ?? checkpoint
  const bitmap = own.chunkCount === 0 ? new Uint8Array(0) : await client.getHeld(undefined, signal)
  // It may have taken more since it showed its checkpoint.
  const held = new ChunkSet(own.chunkCount, bitmap)
  const nonce = createChallenge(randomBytes)
  const records = await client.getReceipts(nonce, signal)
  const found = new ReceiptBook(checkpoint.shareId).add(records)
  const fresh = ownReceipt(found, seed, nonce)
  const receipt = fresh !== undefined && isReceiptFor(fresh, checkpoint) ? fresh : undefined
  const claim = receipt === undefined ? { checkpoint: own, held } : claimOf(checkpoint)
  const isBehind = own.seq < checkpoint.seq
  return {
    seed,
    isCustodian,
    held: heldWord(held.size, checkpoint.chunkCount),
    receipt,
    challenge: isChallenge
      ? await challengeSeed(client, { ...claim, randomBytes, signal })
      : undefined,
    problem: isBehind ? 'has not heard of the newest checkpoint yet' : undefined,
  }
}

/** A receipt claims every chunk: whoever signed it does not choose which of them it is asked for. */
function claimOf(checkpoint: Checkpoint): Pick<ChallengeOptions, 'checkpoint' | 'held'> {
  return { checkpoint, held: ChunkSet.full(checkpoint.chunkCount) }
}

function heldWord(count: number, chunkCount: number): SeedStatus['held'] {
  if (count === 0) return 'none'
  return count >= chunkCount ? 'all' : 'part'
}

function ended(checkpoint: Checkpoint, { nowMs }: StatusPorts): string | undefined {
  if (checkpoint.state === 'deleted') return 'was told that it is deleted'
  return checkpoint.expiresAtMs <= nowMs() ? 'expired' : undefined
}

function nothing(lines: readonly SeedStatus[]): TransferError {
  if (lines.every(({ held }) => held === 'unreachable')) {
    return new TransferError('SEED_UNREACHABLE', 'No seed of this network answers.')
  }
  return new TransferError('SHARE_MISSING', 'No seed that answers holds anything of the share yet.')
}

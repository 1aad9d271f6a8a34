import { isEqual, type Bytes } from '../../../protocol/bytes.ts'
import { engine } from '../../../protocol/crypto/engine.ts'
import { TransferError } from '../../../protocol/errors.ts'
import { extentCountOf } from '../../../protocol/hash-list.ts'
import { openContentKeys, type ContentKeys } from '../../../protocol/key-schedule.ts'
import { openPublishedIndex } from '../../../protocol/published.ts'
import type { Receipt } from '../../../protocol/record/receipt.ts'
import type { SeedId } from '../../../protocol/seed-id.ts'
import type { ShareId } from '../../../protocol/share-id.ts'
import { sealIndex, type ShareIndex } from '../../../protocol/share-index.ts'
import { askSeeds, likelySeeds, newestOf, type SeedAnswer } from '../custody/ask-seeds.ts'
import type { FoundShare } from '../custody/open-share.ts'
import { probeExtents } from '../custody/probe.ts'
import { ReceiptBook, createChallenge } from '../custody/receipt-book.ts'
import { readHashes } from '../custody/read-hashes.ts'
import type { FileSource } from '../file-source.ts'
import type { Network } from '../network.ts'
import type { HashLog } from './hash-log.ts'
import type { Published } from './publisher.ts'
import { entryOf } from './share-plan.ts'

export type HealStart = Readonly<{
  share: FoundShare
  /** S, of the link. */
  secret: Bytes
  password: string | undefined
  network: Network
  /** Whatever the person has; those of the share are found among them by their paths. */
  files: readonly FileSource[]
}>

/** What was found out about a share before its files are read. */
export type Diagnosis = Readonly<{
  keys: ContentKeys
  published: Published
  known: HashLog | undefined
  index: ShareIndex
  sealedIndex: Bytes
  /** As the seeds had signed them, and passed them on to each other, before they found out what they lost. */
  outdatedReceipts: ReadonlyMap<SeedId, Receipt>
}>

export type DiagnosisPorts = Readonly<{
  randomBytes: (count: number) => Bytes
  nowMs: () => number
  /** Told how far a step is: of all that the seeds are asked for, how much has been asked for. */
  onStep: (step: DiagnosisStep, done: number, count: number) => void
}>

/** A piece of everything they hold, the hash list, and the list of files. */
export type DiagnosisStep = 'pieces' | 'hashes' | 'index'

/**
 * Finds out what a share is and what its seeds still know of it.
 *
 * @throws {TransferError} PASSWORD_NEEDED, PASSWORD_WRONG, SHARE_MISSING, SHARE_DELETED, USAGE, FILES_DIFFER
 */
export async function diagnose(
  start: HealStart,
  ports: DiagnosisPorts,
  signal: AbortSignal,
): Promise<Diagnosis> {
  const { share, secret, password, network } = start
  const keys = await openContentKeys(share.genesis, secret, password)
  const seeds = likelySeeds(share.shareId, network.directory.seeds)
  ports.onStep('pieces', 0, 1)
  const answers = await askSeeds(share, seeds, signal)
  const published = newestOf(answers)
  if (published === undefined) throw lost()
  checkHealable(published)
  const holders = answers.filter((answer) => isSame(answer, published))
  const { chunkCount } = published.checkpoint
  await probeAll(holders, chunkCount, ports, signal)
  const outdatedReceipts = await receiptsOf(share.shareId, holders, ports, signal)
  const onRead = (done: number, count: number): void => ports.onStep('hashes', done, count)
  const known = await firstGood(holders, ({ client }) => {
    return readHashes(client, published.checkpoint, { ...ports, chunkCount, onRead, signal })
  })
  ports.onStep('index', 0, 1)
  const found = await firstGood(answers, async ({ client }) => {
    const sealedIndex = await client.getIndex(signal)
    return { sealedIndex, index: await openPublishedIndex(published.checkpoint, keys, sealedIndex) }
  })
  return {
    keys,
    published,
    known,
    outdatedReceipts,
    ...(found ?? (await makeIndex(start, keys, published))),
  }
}

async function probeAll(
  holders: readonly SeedAnswer[],
  chunkCount: number,
  { randomBytes, nowMs, onStep }: DiagnosisPorts,
  signal: AbortSignal,
): Promise<void> {
  const count = holders.length * extentCountOf(chunkCount)
  let probedCount = 0
  const options = {
    chunkCount,
    randomBytes,
    nowMs,
    signal,
    onProbed: (): void => onStep('pieces', (probedCount += 1), count),
  }
  await Promise.all(holders.map(({ client }) => probeExtents(client, options)))
}

async function receiptsOf(
  shareId: ShareId,
  holders: readonly SeedAnswer[],
  { randomBytes }: DiagnosisPorts,
  signal: AbortSignal,
): Promise<ReadonlyMap<SeedId, Receipt>> {
  const ask = ({ client }: SeedAnswer): Promise<Bytes[]> =>
    client.getReceipts(createChallenge(randomBytes), signal)
  const answers = await Promise.all(holders.map((holder) => firstGood([holder], ask)))
  const book = new ReceiptBook(shareId)
  book.add(answers.flatMap((records) => records ?? []))
  return book.receipts
}

/** No seed has the list of files any more: the same files make the same one, if their times are the same too. */
async function makeIndex(
  { share, files }: HealStart,
  keys: ContentKeys,
  { checkpoint }: Published,
): Promise<Pick<Diagnosis, 'index' | 'sealedIndex'>> {
  const index = files.map((file) => entryOf(file))
  const sealedIndex = await sealIndex(keys, share.shareId, index)
  if (isEqual(await engine.sha256(sealedIndex), checkpoint.indexHash)) return { index, sealedIndex }
  const message =
    'No seed has the list of files any more, and these files do not make the same one: names, sizes or times differ. Nothing was uploaded.'
  throw new TransferError('FILES_DIFFER', message)
}

/** Of the first seed that has it and has it right; undefined if none has. */
async function firstGood<T>(
  answers: readonly SeedAnswer[],
  read: (answer: SeedAnswer) => Promise<T>,
): Promise<T | undefined> {
  for (const answer of answers) {
    try {
      return await read(answer)
    } catch (cause) {
      if (!(cause instanceof TransferError)) throw cause
    }
  }
  return undefined
}

function isSame({ published }: SeedAnswer, { checkpoint }: Published): boolean {
  return published !== undefined && isEqual(published.checkpoint.root, checkpoint.root)
}

function checkHealable({ checkpoint }: Published): void {
  if (checkpoint.state === 'deleted') {
    throw new TransferError('SHARE_DELETED', 'The sender deleted this share: it cannot be healed.')
  }
  if (checkpoint.state === 'open') {
    const message =
      'The share was never sent whole. Only its sender can go on, with the same command.'
    throw new TransferError('USAGE', message)
  }
}

function lost(): TransferError {
  const message =
    'No seed that answers has the sender’s signature on the share any more: it cannot be healed.'
  return new TransferError('SHARE_MISSING', message)
}

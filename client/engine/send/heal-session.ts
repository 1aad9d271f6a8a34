import { isEqual, type Bytes } from '../../../protocol/bytes.ts'
import { engine } from '../../../protocol/crypto/engine.ts'
import { TransferError } from '../../../protocol/errors.ts'
import { openContentKeys, type ContentKeys } from '../../../protocol/key-schedule.ts'
import { openPublishedIndex } from '../../../protocol/published.ts'
import { sealIndex, totalBytesOf, type ShareIndex } from '../../../protocol/share-index.ts'
import { streamBytesOf } from '../../../protocol/stream.ts'
import { askSeeds, likelySeeds, newestOf, type SeedAnswer } from '../custody/ask-seeds.ts'
import type { FoundShare } from '../custody/open-share.ts'
import { readHashes } from '../custody/read-hashes.ts'
import type { FileSource } from '../file-source.ts'
import type { Network } from '../network.ts'
import { Courier, type CourierPorts } from './courier.ts'
import { CourierSession } from './courier-session.ts'
import type { HashLog } from './hash-log.ts'
import { HealCargo } from './heal-cargo.ts'
import type { PatienceLimits } from './patience.ts'
import type { Published } from './publisher.ts'
import { Sealer } from './sealer.ts'
import { entryOf } from './share-plan.ts'
import { StreamReader } from './stream-reader.ts'

export type HealPorts = CourierPorts &
  Readonly<{
    /** The network's leave, for a seed that lost the share altogether. */
    requestGrant: (chunkCount: number) => Promise<Bytes>
    patience: PatienceLimits
  }>

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
type Diagnosis = Readonly<{
  keys: ContentKeys
  published: Published
  known: HashLog | undefined
  index: ShareIndex
  sealedIndex: Bytes
}>

/**
 * Heals a share: makes its sealed chunks again from the same files, and uploads what its custodians lack.
 *
 * Fails with FILES_DIFFER (nothing was sent then), PASSWORD_NEEDED, PASSWORD_WRONG, SHARE_MISSING, SHARE_DELETED,
 * USAGE for a share that was never finished, and as a `SendSession` does.
 */
export class HealSession extends CourierSession {
  constructor(ports: HealPorts, start: HealStart) {
    super({
      totalBytes: totalBytesOf(start.files),
      prepare: async (signal, say) => {
        say({ code: 'seeds', text: 'Asking the seeds what they still hold.' })
        const cargo = await createCargo(ports, start, await diagnose(start, signal))
        return new Courier(cargo, start.network, ports)
      },
      finish: async () => undefined,
      conclude: async (cause) => cause,
      patience: ports.patience,
      nowMs: ports.nowMs,
    })
  }
}

async function diagnose(start: HealStart, signal: AbortSignal): Promise<Diagnosis> {
  const { share, secret, password, network } = start
  const keys = await openContentKeys(share.genesis, secret, password)
  const seeds = likelySeeds(share.shareId, network.directory.seeds)
  const answers = await askSeeds(share, seeds, signal)
  const published = newestOf(answers)
  if (published === undefined) throw lost()
  checkHealable(published)
  const holders = answers.filter((answer) => isSame(answer, published))
  const known = await firstGood(holders, ({ client }) => {
    const { chunkCount } = published.checkpoint
    return readHashes(client, published.checkpoint, { chunkCount, signal })
  })
  const found = await firstGood(answers, async ({ client }) => {
    const sealedIndex = await client.getIndex(signal)
    return { sealedIndex, index: await openPublishedIndex(published.checkpoint, keys, sealedIndex) }
  })
  return { keys, published, known, ...(found ?? (await makeIndex(start, keys, published))) }
}

async function createCargo(
  { requestGrant }: HealPorts,
  { share, files }: HealStart,
  { keys, published, known, index, sealedIndex }: Diagnosis,
): Promise<HealCargo> {
  const ordered = matchFiles(index, files)
  const { chunkCount } = published.checkpoint
  const plan = { shareId: share.shareId, keys, chunkCount, streamBytes: streamBytesOf(index) }
  return new HealCargo({
    share,
    published,
    known,
    sealedIndex,
    sealer: new Sealer(plan, new StreamReader(ordered)),
    files: ordered,
    totalBytes: totalBytesOf(index),
    getGrant: () => requestGrant(chunkCount),
  })
}

/** @throws {TransferError} FILES_DIFFER, naming the first file of the share that is not there or has another size. */
function matchFiles(index: ShareIndex, files: readonly FileSource[]): FileSource[] {
  const byPath = new Map(files.map((file) => [file.path, file]))
  return index.map(({ path, size }) => {
    const file = byPath.get(path)
    if (file?.size === size) return file
    const what = file === undefined ? 'is not among the files given' : 'has another size'
    throw new TransferError('FILES_DIFFER', `${path} ${what}. Nothing was uploaded.`)
  })
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

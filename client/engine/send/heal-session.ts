import type { Bytes } from '../../../protocol/bytes.ts'
import { TransferError } from '../../../protocol/errors.ts'
import { totalBytesOf, type ShareIndex } from '../../../protocol/share-index.ts'
import { streamBytesOf } from '../../../protocol/stream.ts'
import type { FileSource } from '../file-source.ts'
import { Courier, type CourierPorts } from './courier.ts'
import { CourierSession } from './courier-session.ts'
import { HealCargo } from './heal-cargo.ts'
import { diagnose, type Diagnosis, type DiagnosisStep, type HealStart } from './heal-diagnosis.ts'
import type { PatienceLimits } from './patience.ts'
import { Sealer } from './sealer.ts'
import { StreamReader } from './stream-reader.ts'
import { checkingOf } from './waiting.ts'

export type HealPorts = CourierPorts &
  Readonly<{
    /** The network's leave, for a seed that lost the share altogether. */
    requestGrant: (chunkCount: number) => Promise<Bytes>
    patience: PatienceLimits
  }>

const stepWords: Readonly<Record<DiagnosisStep, string>> = {
  pieces: 'Asking the seeds for a piece of everything they hold',
  hashes: 'Asking the seeds for the hashes of everything that was sent',
  index: 'Asking the seeds for the list of files',
}

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
        const onStep = (step: DiagnosisStep, done: number, count: number): void =>
          say(checkingOf(stepWords[step], done, count))
        const { randomBytes, nowMs } = ports
        const diagnosis = await diagnose(start, { randomBytes, nowMs, onStep }, signal)
        return new Courier(await createCargo(ports, start, diagnosis), start.network, ports)
      },
      finish: async () => undefined,
      conclude: async (cause) => cause,
      patience: ports.patience,
      nowMs: ports.nowMs,
    })
  }
}

async function createCargo(
  { requestGrant }: HealPorts,
  { share, files }: HealStart,
  { keys, published, known, index, sealedIndex, outdatedReceipts }: Diagnosis,
): Promise<HealCargo> {
  const ordered = matchFiles(index, files)
  const { chunkCount } = published.checkpoint
  const plan = { shareId: share.shareId, keys, chunkCount, streamBytes: streamBytesOf(index) }
  return new HealCargo({
    share,
    published,
    known,
    sealedIndex,
    outdatedReceipts,
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

import type { Directory, Seed } from '../../../protocol/record/directory.ts'
import type { Receipt } from '../../../protocol/record/receipt.ts'
import type { SeedId } from '../../../protocol/seed-id.ts'
import { isReceiptFor } from '../custody/stored-rule.ts'
import type { Cargo } from './cargo.ts'
import { countHeld, scaledBytes, type Frontier } from './frontier.ts'
import type { Lane } from './lane.ts'
import type { LaneTable } from './lane-table.ts'
import { waitingFor, type Waiting } from './waiting.ts'

/** One seed as the sender sees it. */
export type CustodySeed = Readonly<{
  seed: Seed
  isCustodian: boolean
  /** Its receipt for all of the sealed content. */
  receipt: Receipt | undefined
  problem: string | undefined
}>

/** How far it is, why it waits, and where it lies. */
export type CourierProgress = Readonly<{
  frontier: Frontier
  waiting: Waiting | undefined
  custody: readonly CustodySeed[]
}>

export type ProgressQuestion = Readonly<{
  cargo: Cargo
  lanes: readonly Lane[]
  table: LaneTable
  custodians: readonly Seed[]
  directory: Directory
  receipts: ReadonlyMap<SeedId, Receipt>
  isPaused: boolean
  nowMs: number
}>

export function measureProgress(question: ProgressQuestion): CourierProgress {
  const { cargo, lanes, table, custodians, receipts, isPaused, nowMs } = question
  const { chunkCount, totalBytes } = cargo
  const holdings = table.seeds.flatMap((seed) => {
    const lane = lanes.find(({ seedId }) => seedId === seed.id)
    return lane === undefined ? [] : [{ seed, held: lane.held, isLive: lane.isLive(nowMs) }]
  })
  // What a silent seed holds may be lost: it counts again when it answers.
  const live = holdings.filter(({ isLive }) => isLive)
  const counts = countHeld(cargo.policy, live, chunkCount)
  const bytesOf = (chunks: number): number => scaledBytes(chunks, chunkCount, totalBytes)
  const troubles = custodians.flatMap((seed) => {
    const trouble = table.troubleOf(seed.id)?.trouble
    return trouble === undefined ? [] : [{ seed, trouble }]
  })
  const checkpoint = cargo.latest?.checkpoint
  return {
    frontier: {
      totalBytes,
      sealedBytes: bytesOf(Math.max(cargo.hashes.chunkCount, counts.once)),
      onceBytes: bytesOf(counts.once),
      policyBytes: bytesOf(counts.policy),
    },
    waiting:
      cargo.waiting ??
      waitingFor({
        isPaused,
        isOnceWhole: counts.once === chunkCount,
        isPolicyWhole: counts.policy === chunkCount,
        troubles,
        hasCustodians: custodians.length > 0,
        isShortOfSeeds: custodians.length < cargo.policy.replicas,
        isDirectoryOver: nowMs >= question.directory.endsAtMs,
        hasAnswering: lanes.some((lane) => lane.isUp && lane.isCustodian),
      }),
    custody: holdings.map(({ seed }) => {
      const receipt = receipts.get(seed.id)
      const isValid =
        receipt !== undefined && checkpoint !== undefined && isReceiptFor(receipt, checkpoint)
      return {
        seed,
        isCustodian: custodians.some(({ id }) => id === seed.id),
        receipt: isValid ? receipt : undefined,
        problem: table.troubleOf(seed.id)?.trouble.error.message,
      }
    }),
  }
}

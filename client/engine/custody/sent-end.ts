import { servableUntilMs } from '../../../protocol/checkpoint.ts'
import { TransferError } from '../../../protocol/errors.ts'
import { custodiansOf, type Policy } from '../../../protocol/placement.ts'
import type { Seed } from '../../../protocol/record/directory.ts'
import type { ShareId } from '../../../protocol/share-id.ts'
import { delay } from '../delay.ts'
import type { CustodySeed } from '../send/progress.ts'
import { askSeeds, newestOf, type SeedAnswer, type ShareAccess } from './ask-seeds.ts'

export type SentEndPorts = Readonly<{
  /** Those that are asked. */
  seeds: () => readonly Seed[]
  /** How often. */
  lookMs: number
  /** As it was sent; the owner may have extended it since. */
  endsAtMs: number
  nowMs: () => number
  signal: AbortSignal
}>

const ASK_MS = 30_000
/** So many looks in a row find it late, before that counts where some of the seeds are silent. */
const LATE_LOOKS = 15

/**
 * Whether a share has ended for the one who sent it and still serves it. As for those who fetched it, the clocks of the
 * seeds decide. Where none of them answers nothing does: the clock here may be wrong, and the owner may have extended
 * it while this machine slept.
 */
export class SentEnd {
  #endsAtMs: number
  #lateLooks = 0

  constructor(endsAtMs: number) {
    this.#endsAtMs = endsAtMs
  }

  /** One look of many, a minute apart. @returns What ended it; undefined while nothing did. */
  look(answers: readonly SeedAnswer[], nowMs: number): TransferError | undefined {
    const newest = newestOf(answers)?.checkpoint
    if (newest?.state === 'deleted')
      return new TransferError('SHARE_DELETED', 'This share was deleted.')
    if (newest !== undefined) this.#endsAtMs = Math.max(this.#endsAtMs, servableUntilMs(newest))
    if (answers.every(({ fault }) => fault !== undefined)) return undefined
    const isServed = answers.some(({ published, hasEnded }) => published !== undefined && !hasEnded)
    const isLate = !isServed && nowMs >= this.#endsAtMs
    this.#lateLooks = isLate ? this.#lateLooks + 1 : 0
    // One that says so alone may lie, or be the only one that has not heard of its extension.
    const areAllHeard = answers.every(({ fault }) => fault === undefined)
    if (this.#lateLooks > (areAllHeard ? 0 : LATE_LOOKS) || isSaidByAll(answers))
      return new TransferError('SHARE_EXPIRED', 'This share has expired.')
    return undefined
  }
}

/** The clock here may be slow. One seed alone ends nothing, and one that is silent may serve it. */
function isSaidByAll(answers: readonly SeedAnswer[]): boolean {
  const areOver = answers.every(({ hasEnded, isMissing }) => hasEnded || isMissing)
  return answers.length > 1 && areOver && answers.some(({ hasEnded }) => hasEnded)
}

/**
 * Those that keep a share: its custodians, and who gave a receipt for it. Nobody else can say that it ended.
 *
 * @param seeds - Of the newest directory.
 */
export function keepersOf(
  { shareId, genesis }: Readonly<{ shareId: ShareId; genesis: Policy }>,
  custody: readonly CustodySeed[],
  seeds: readonly Seed[],
): Seed[] {
  const ids = new Set(custodiansOf(shareId, genesis, seeds).map(({ id }) => id))
  for (const { seed, receipt } of custody) if (receipt !== undefined) ids.add(seed.id)
  return seeds.filter(({ id }) => ids.has(id))
}

/**
 * Asks the seeds of a share now and then whether it has ended.
 *
 * @returns What ended it.
 * @throws The reason of `signal`.
 */
export async function untilEnded(share: ShareAccess, ports: SentEndPorts): Promise<TransferError> {
  const { seeds, lookMs, nowMs, signal } = ports
  const sent = new SentEnd(ports.endsAtMs)
  for (;;) {
    await delay(lookMs, signal)
    const limit = AbortSignal.any([signal, AbortSignal.timeout(ASK_MS)])
    const answers = await askSeeds(share, seeds(), limit)
    const end = sent.look(answers, nowMs())
    if (end !== undefined) return end
  }
}

import { TransferError } from '../../protocol/errors.ts'
import type { Seed } from '../../protocol/record/directory.ts'
import type { FoundShare } from '../engine/custody/open-share.ts'
import type { readStatus, SeedStatus, ShareStatus } from '../engine/custody/share-status.ts'
import type { Network } from '../engine/network.ts'
import { loadPart } from './load-part.ts'
import { randomBytes } from './page-platform.ts'
import type { CustodySnapshot } from './snapshot.ts'

export type CheckedSeed = Omit<CustodySnapshot, 'seedId' | 'operator' | 'jurisdiction' | 'url'>

/** `challenge`: for its receipt and a random chunk. */
export type SeedsAsked = 'receipts' | 'challenge'

const NOT_ASKED: CheckedSeed = {
  receipt: 'unknown',
  receiptAtMs: undefined,
  keepUntilMs: undefined,
  challenge: 'not asked',
  challengedAtMs: undefined,
}
const CHECK_MS = 30_000

/** What came of asking the seeds of one share for a receipt and a random chunk. */
export class CustodyChecks {
  readonly #changed: () => void
  readonly #nowMs: () => number
  readonly #seeds = new Map<string, CheckedSeed>()
  readonly #running = new Set<SeedsAsked>()
  #holders: readonly Seed[] = []

  constructor(changed: () => void, nowMs: () => number = Date.now) {
    this.#changed = changed
    this.#nowMs = nowMs
  }

  /** Seeds that showed some of it when they were asked last. */
  get holders(): readonly Seed[] {
    return this.#holders
  }

  snapshotOf(seed: Seed): CustodySnapshot {
    const checked = this.#checked(seed)
    const isReading = checked.receipt === 'unknown' && this.#running.size > 0
    return {
      seedId: seed.id,
      operator: seed.operator,
      jurisdiction: seed.jurisdiction,
      url: seed.urls[0] ?? '',
      ...checked,
      ...(isReading ? { receipt: 'asking' as const } : {}),
      ...(this.#running.has('challenge') ? { challenge: 'asking' as const } : {}),
    }
  }

  /** What asks, which few people need. @throws {TransferError} NETWORK_UNREACHABLE */
  async load(): Promise<typeof readStatus> {
    const loaded = await loadPart(async () => import('../engine/custody/share-status.ts'))
    return loaded.readStatus
  }

  /** Asks each; where none says anything about the share, that is what came of it. @throws {TransferError} NETWORK_UNREACHABLE */
  async ask(asked: SeedsAsked, share: FoundShare, network: Network): Promise<void> {
    if (this.#running.has(asked)) return
    this.#running.add(asked)
    this.#changed()
    try {
      await this.#ask(asked, share, network)
    } finally {
      this.#running.delete(asked)
      this.#changed()
    }
  }

  async #ask(asked: SeedsAsked, share: FoundShare, network: Network): Promise<void> {
    const read = await this.load()
    const signal = AbortSignal.timeout(CHECK_MS)
    const isChallenge = asked === 'challenge'
    const ports = { randomBytes, nowMs: this.#nowMs, isChallenge, signal }
    try {
      this.#take(await read(share, network, ports))
    } catch (cause) {
      if (!(cause instanceof TransferError)) throw cause
      this.#fail(cause.code === 'SHARE_MISSING' ? 'not held' : 'unreachable', network)
    }
  }

  #take({ seeds }: ShareStatus): void {
    this.#holders = seeds.flatMap(({ seed, held }) =>
      held === 'all' || held === 'part' ? [seed] : [],
    )
    for (const line of seeds) {
      const checked = checkedOf(line, this.#checked(line.seed), this.#nowMs())
      this.#seeds.set(line.seed.id, checked)
    }
  }

  #fail(challenge: 'not held' | 'unreachable', network: Network): void {
    const answer = { challenge, challengedAtMs: this.#nowMs() }
    for (const seed of network.directory.seeds) {
      const before = this.#checked(seed)
      const isNone = before.receipt === 'unknown' && challenge === 'not held'
      // What it signed before, it has signed.
      const receipt = isNone ? 'none' : before.receipt
      this.#seeds.set(seed.id, { ...before, receipt, ...answer })
    }
  }

  #checked({ id }: Seed): CheckedSeed {
    return this.#seeds.get(id) ?? NOT_ASKED
  }
}

function checkedOf(status: SeedStatus, before: CheckedSeed, nowMs: number): CheckedSeed {
  const answer = { challenge: answerOf(status), challengedAtMs: nowMs }
  // What it signed before, it has signed.
  if (status.held === 'unreachable') return { ...before, ...answer }
  const { receipt } = status
  return {
    receipt: receipt === undefined ? 'none' : 'stored',
    receiptAtMs: receipt?.atMs,
    keepUntilMs: receipt?.keepUntilMs,
    ...(answer.challenge === 'not asked' ? challengeBefore(before) : answer),
  }
}

function answerOf({ held, challenge }: SeedStatus): CheckedSeed['challenge'] {
  if (challenge === undefined) return 'not asked'
  return challenge === 'not held' && held !== 'none' ? 'piece missing' : challenge
}

/** What it answered when it was asked for a chunk: that it was away, or had none, is over. */
function challengeBefore(before: CheckedSeed): Pick<CheckedSeed, 'challenge' | 'challengedAtMs'> {
  const isOver = before.challenge === 'unreachable' || before.challenge === 'not held'
  const { challenge, challengedAtMs } = isOver ? NOT_ASKED : before
  return { challenge, challengedAtMs }
}

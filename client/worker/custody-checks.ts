import type { Seed } from '../../protocol/record/directory.ts'
import type { FoundShare } from '../engine/custody/open-share.ts'
import type { readSeeds, SeedsStatus, SeedStatus } from '../engine/custody/share-status.ts'
import { canReach } from '../engine/net/can-reach.ts'
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
  async load(): Promise<typeof readSeeds> {
    const loaded = await loadPart(async () => import('../engine/custody/share-status.ts'))
    return loaded.readSeeds
  }

  /** Asks each. @throws {TransferError} NETWORK_UNREACHABLE */
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
    this.#take(await read(share, network, ports))
  }

  #take({ seeds }: SeedsStatus): void {
    const before = new Set(this.#holders.map(({ id }) => id))
    // What it held before, it likely holds.
    this.#holders = seeds.flatMap(({ seed, held }) =>
      held === 'none' || (held === 'unreachable' && !before.has(seed.id)) ? [] : [seed],
    )
    for (const line of seeds) {
      const checked = checkedOf(line, this.#checked(line.seed), this.#nowMs())
      this.#seeds.set(line.seed.id, checked)
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

function answerOf({ seed, held, challenge }: SeedStatus): CheckedSeed['challenge'] {
  // It is there for whoever calls it over WebRTC.
  const isAskable = seed.urls.some((url) => canReach(url))
  if (held === 'unreachable' && !isAskable) return 'no address'
  if (challenge === undefined) return 'not asked'
  return challenge === 'not held' && held !== 'none' ? 'piece missing' : challenge
}

const over: ReadonlySet<CheckedSeed['challenge']> = new Set([
  'no address',
  'unreachable',
  'not held',
])

/** What it answered when it was asked for a chunk: that it was away, or had none, is over. */
function challengeBefore(before: CheckedSeed): Pick<CheckedSeed, 'challenge' | 'challengedAtMs'> {
  const isOver = over.has(before.challenge)
  const { challenge, challengedAtMs } = isOver ? NOT_ASKED : before
  return { challenge, challengedAtMs }
}

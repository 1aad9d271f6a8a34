import { TransferError } from '../../protocol/errors.ts'
import type { Seed } from '../../protocol/record/directory.ts'
import type { FoundShare } from '../engine/custody/open-share.ts'
import type { readStatus, SeedStatus } from '../engine/custody/share-status.ts'
import type { Network } from '../engine/network.ts'
import { loadPart } from './load-part.ts'
import { randomBytes } from './page-platform.ts'
import type { CustodySnapshot } from './snapshot.ts'

export type CheckedSeed = Omit<CustodySnapshot, 'seedId' | 'operator' | 'jurisdiction' | 'url'>

const NOT_ASKED: CheckedSeed = {
  receipt: 'none',
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
  #seeds = new Map<string, CheckedSeed>()
  #isAsking = false

  constructor(changed: () => void, nowMs: () => number = Date.now) {
    this.#changed = changed
    this.#nowMs = nowMs
  }

  snapshotOf(seed: Seed): CustodySnapshot {
    const checked = this.#seeds.get(seed.id) ?? NOT_ASKED
    return {
      seedId: seed.id,
      operator: seed.operator,
      jurisdiction: seed.jurisdiction,
      url: seed.urls[0] ?? '',
      ...checked,
      ...(this.#isAsking ? { challenge: 'asking' as const } : {}),
    }
  }

  /** What asks, which few people need. @throws {TransferError} NETWORK_UNREACHABLE */
  async load(): Promise<typeof readStatus> {
    const loaded = await loadPart(async () => import('../engine/custody/share-status.ts'))
    return loaded.readStatus
  }

  /** Asks each; where none says anything about the share, that is what came of it. @throws {TransferError} NETWORK_UNREACHABLE */
  async ask(share: FoundShare, network: Network): Promise<void> {
    if (this.#isAsking) return
    this.#isAsking = true
    this.#changed()
    try {
      const read = await this.load()
      await this.#read(read, share, network)
    } finally {
      this.#isAsking = false
      this.#changed()
    }
  }

  async #read(read: typeof readStatus, share: FoundShare, network: Network): Promise<void> {
    try {
      const signal = AbortSignal.timeout(CHECK_MS)
      const status = await read(share, network, { randomBytes, nowMs: this.#nowMs, signal })
      this.#seeds = new Map(
        status.seeds.map((line) => [line.seed.id, checkedOf(line, this.#nowMs())]),
      )
    } catch (cause) {
      if (!(cause instanceof TransferError)) throw cause
      const challenge = cause.code === 'SHARE_MISSING' ? 'not held' : 'unreachable'
      for (const { id } of network.directory.seeds) {
        // What it signed before, it has signed.
        const before = this.#seeds.get(id) ?? NOT_ASKED
        this.#seeds.set(id, { ...before, challenge, challengedAtMs: this.#nowMs() })
      }
    }
  }
}

function checkedOf(status: SeedStatus, challengedAtMs: number): CheckedSeed {
  const { receipt } = status
  return {
    receipt: receipt === undefined ? 'none' : 'stored',
    receiptAtMs: receipt?.atMs,
    keepUntilMs: receipt?.keepUntilMs,
    challenge: answerOf(status),
    challengedAtMs,
  }
}

function answerOf({ held, challenge }: SeedStatus): CheckedSeed['challenge'] {
  return challenge === 'not held' && held !== 'none' ? 'piece missing' : challenge
}

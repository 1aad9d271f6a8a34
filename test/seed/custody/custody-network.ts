import { setTimeout as sleep } from 'node:timers/promises'
import { concat } from '../../../protocol/bytes.ts'
import { decodeCheckpointMessage } from '../../../protocol/accept.ts'
import { parseJurisdiction } from '../../../protocol/jurisdiction.ts'
import { custodiansOf, type Policy } from '../../../protocol/placement.ts'
import { readDirectory, type Directory } from '../../../protocol/record/directory.ts'
import { signRecord } from '../../../protocol/record/record.ts'
import type { ListedState } from '../../../protocol/record/seed-state.ts'
import { publicKeyOf } from '../../../protocol/crypto/ed25519.ts'
import type { SeedLimits } from '../../../seed/seed-limits.ts'
import { defaultSeedTiming, type SeedTiming } from '../../../seed/seed-timing.ts'
import { fixedBytes, NOW_MS } from '../../protocol/owner.ts'
import { DAY_MS, NETWORK_SECRET, type SentShare } from '../sent-share.ts'
import { CustodySeed } from './custody-seed.ts'
import { SeedLine } from './seed-line.ts'

/** What a real seed does in minutes and days, in tenths of seconds. */
export const quickTiming: SeedTiming = {
  ...defaultSeedTiming,
  probeMs: 250,
  checkMs: 200,
  checkMaxMs: 2000,
  liveCheckMs: 200,
  retryMs: 50,
  retryMaxMs: 500,
  liveSilentMs: 500,
  silentMs: 1000,
  refusalMs: 1000,
  spreadMs: 50,
  auditMs: 2000,
  idleMs: 20,
  stallMs: 1000,
  lingerMs: 500,
}

const countries = ['NZ', 'DE', 'IS', 'CH', 'NO']
// A machine may be busy with other tests.
// Only so that what hangs is named, before the test's own end.
const WAIT_MS_MAX = 100_000
const POLL_MS = 20

export type CustodyNetworkOptions = Readonly<{
  seedCount: number
  timing?: Partial<SeedTiming>
  /** By seed, 0 unless told. */
  skewsMs?: readonly number[]
  limits?: Partial<SeedLimits>
}>

/** Real seeds that read directories which the test signs. */
export class CustodyNetwork implements AsyncDisposable {
  readonly seeds: readonly CustodySeed[]
  /** Of seeds that are listed otherwise than they are. */
  readonly states = new Map<CustodySeed, ListedState>()
  /** Where seeds are listed that stand behind somebody. */
  readonly urls = new Map<CustodySeed, string>()
  readonly #lines: SeedLine[] = []
  readonly #clock: { offsetMs: number }
  readonly #startedMs = performance.now()
  #version = 0
  #directory: Directory | undefined

  private constructor(seeds: readonly CustodySeed[], clock: { offsetMs: number }) {
    this.seeds = seeds
    this.#clock = clock
  }

  static async start(options: CustodyNetworkOptions): Promise<CustodyNetwork> {
    const clock = { offsetMs: 0 }
    const startedMs = performance.now()
    const nowMs = (): number => Math.floor(NOW_MS + performance.now() - startedMs + clock.offsetMs)
    const timing = { ...quickTiming, ...options.timing }
    const seeds = await Promise.all(
      Array.from({ length: options.seedCount }, (_, i) =>
        CustodySeed.start({
          name: `${i}`,
          timing,
          nowMs,
          skewMs: options.skewsMs?.[i] ?? 0,
          limits: options.limits ?? {},
        }),
      ),
    )
    const network = new CustodyNetwork(seeds, clock)
    network.publish()
    return network
  }

  get nowMs(): number {
    return Math.floor(NOW_MS + performance.now() - this.#startedMs + this.#clock.offsetMs)
  }

  /** What went wrong inside the seeds, and nobody waited for. */
  get errors(): readonly unknown[] {
    return this.seeds.flatMap(({ errors }) => errors)
  }

  get directory(): Directory {
    return this.#directory ?? this.publish()
  }

  /** Every clock is put forward, and a new directory is signed unless told. */
  pass(ms: number): void {
    this.#clock.offsetMs += ms
  }

  /** From now on a line stands between the seed and all others. */
  async putLine(seed: CustodySeed): Promise<SeedLine> {
    const line = await SeedLine.open(() => seed.url)
    this.#lines.push(line)
    this.urls.set(seed, line.url)
    this.publish()
    return line
  }

  /** Signs a new directory, and every seed that runs reads it. */
  publish(): Directory {
    this.#version += 1
    const seeds = this.seeds.map((seed, i) => {
      const certificate = signRecord(
        'certificate',
        {
          seedKey: seed.publicKey,
          operator: `operator ${seed.name}`,
          jurisdiction: parseJurisdiction(countries[i % countries.length] ?? 'NZ'),
          place: fixedBytes(`place ${seed.name}`, 16),
          notAfterMs: NOW_MS + 1000 * DAY_MS,
        },
        NETWORK_SECRET,
      )
      const urls = [this.urls.get(seed) ?? seed.url]
      return { certificate, urls, weight: 1, state: this.states.get(seed) ?? 'open' } as const
    })
    const body = { version: this.#version, issuedAtMs: this.nowMs, seeds }
    const record = signRecord('directory', body, NETWORK_SECRET)
    this.#directory = readDirectory(record, publicKeyOf(NETWORK_SECRET))
    for (const seed of this.seeds) seed.learn(this.#directory)
    return this.#directory
  }

  /** Who is to keep a share of this policy, first in rank first. */
  custodians({ id, owner }: SentShare): CustodySeed[] {
    const ids = custodiansOf(id, policyOf(owner.genesis), this.directory.seeds).map(
      (seed) => seed.id,
    )
    return ids.flatMap((seedId) => this.seeds.filter((seed) => seed.id === seedId))
  }

  /** Those that are not to keep it. */
  others(share: SentShare): CustodySeed[] {
    const custodians = new Set(this.custodians(share))
    return this.seeds.filter((seed) => !custodians.has(seed))
  }

  /** Uploads the whole share to one seed, as a sender would that reaches no other one. */
  async send(share: SentShare, to: CustodySeed): Promise<void> {
    const client = to.client(share)
    await client.putShare(concat(share.owner.genesisBytes, share.grant))
    await client.putCheckpoint(decodeCheckpointMessage(share.sealed()))
    await client.putIndex(share.index)
    for (const [first, last] of share.extents) {
      await client.patchChunks(first, share.chunks.slice(first, last + 1))
    }
  }

  /** Uploads to one custodian and waits until all of them have it. */
  async store(share: SentShare): Promise<CustodySeed[]> {
    const custodians = this.custodians(share)
    const [first] = custodians
    if (first === undefined) throw new Error('no custodian')
    await this.send(share, first)
    await this.until(async () => {
      const whole = await Promise.all(custodians.map((seed) => seed.isWhole(share)))
      return whole.every(Boolean)
    })
    return custodians
  }

  /** Waits until something is so. @throws if it does not come to be. */
  async until(isSo: () => boolean | Promise<boolean>, what = 'what was waited for'): Promise<void> {
    const endMs = performance.now() + WAIT_MS_MAX
    while (!(await isSo())) {
      if (performance.now() > endMs) throw new Error(`${what} did not come to be`)
      await sleep(POLL_MS)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.seeds.map((seed) => seed[Symbol.asyncDispose]()))
    await Promise.all(this.#lines.map((line) => line[Symbol.asyncDispose]()))
  }
}

function policyOf({ replicas, jurisdictions, denied }: Policy): Policy {
  return { replicas, jurisdictions, denied }
}

import type { Network } from '../../client/engine/network.ts'
import type { JournalSlot, SendJournal, SendMark } from '../../client/engine/send/journal.ts'
import {
  SendSession,
  type SendPorts,
  type SendStart,
} from '../../client/engine/send/send-session.ts'
import {
  planShare,
  type SharePlan,
  type ShareRequest,
} from '../../client/engine/send/share-plan.ts'
import type { Bytes } from '../../protocol/bytes.ts'
import { publicKeyOf } from '../../protocol/crypto/ed25519.ts'
import { assert } from '../../protocol/errors.ts'
import { rankSeeds } from '../../protocol/placement.ts'
import type { Seed } from '../../protocol/record/directory.ts'
import { signRecord } from '../../protocol/record/record.ts'
import type { Share } from '../../seed/catalog/share.ts'
import type { SeedLimits } from '../../seed/seed-limits.ts'
import { CustodyNetwork } from '../seed/custody/custody-network.ts'
import type { CustodySeed } from '../seed/custody/custody-seed.ts'
import { DAY_MS, NETWORK_SECRET } from '../seed/sent-share.ts'
import { FaultProxy } from './fault-proxy.ts'

/** Keeps a journal in memory. */
export class MemorySlot implements JournalSlot {
  journal: SendJournal | undefined
  readonly marks: SendMark[] = []
  isRemoved = false

  async save(journal: SendJournal): Promise<void> {
    this.journal = journal
  }

  async mark(mark: SendMark): Promise<void> {
    this.marks.push(mark)
  }

  async remove(): Promise<void> {
    this.isRemoved = true
  }
}

/** A real seed, and the way to it that a test can break. Other seeds reach it directly. */
export type SentSeed = Readonly<{ custody: CustodySeed; proxy: FaultProxy; seed: Seed }>

export type SendNetworkOptions = Readonly<{
  limits?: Partial<SeedLimits>
  /** Seeds that cannot reach each other. */
  isPartitioned?: boolean
}>

/** Real seeds of different operators and countries with real custody, as a sender sees them. */
export class SendNetwork implements AsyncDisposable {
  readonly seeds: readonly SentSeed[]
  readonly network: Network
  readonly #custody: CustodyNetwork

  private constructor(custody: CustodyNetwork, seeds: readonly SentSeed[]) {
    this.#custody = custody
    this.seeds = seeds
    this.network = {
      url: 'http://127.0.0.1:9',
      key: publicKeyOf(NETWORK_SECRET),
      directory: { ...custody.directory, seeds: seeds.map(({ seed }) => seed) },
      limits: { maxShareBytes: 1e12, maxLifeMs: 30 * DAY_MS, grants: 'open' },
      isFresh: true,
      iceServers: [],
    }
  }

  static async start(seedCount: number, options: SendNetworkOptions = {}): Promise<SendNetwork> {
    const { limits = {}, isPartitioned = false } = options
    const custody = await CustodyNetwork.start({ seedCount, limits })
    if (isPartitioned) {
      // Nobody listens there.
      for (const seed of custody.seeds) custody.urls.set(seed, 'http://127.0.0.1:9')
      custody.publish()
    }
    const seeds = await Promise.all(
      custody.directory.seeds.map(async (listed, i) => {
        const own = custody.seeds[i]
        assert(own !== undefined, 'a seed for each entry')
        const proxy = await FaultProxy.start(() => own.url)
        return { custody: own, proxy, seed: { ...listed, urls: [proxy.url] } }
      }),
    )
    return new SendNetwork(custody, seeds)
  }

  /** By the clock of the seeds. */
  readonly nowMs = (): number => this.#custody.nowMs

  /** A clock that runs twenty times as fast, so that half a minute takes a second and a half. */
  fastClock(): () => number {
    const startMs = this.nowMs()
    return () => startMs + (this.nowMs() - startMs) * 20
  }

  /** Starts a stopped seed again, with what its disk holds. */
  start(sent: SentSeed | undefined): Promise<void> {
    return sent?.custody.start(this.#custody.directory) ?? Promise.resolve()
  }

  /** How many bodies left the sender. */
  get bodies(): number {
    return this.seeds.reduce((sum, { proxy }) => sum + proxy.bodies, 0)
  }

  /** Bytes of sealed chunks that left the sender. */
  get sentBytes(): number {
    return this.seeds.reduce((sum, { proxy }) => sum + proxy.sentBytes, 0)
  }

  /** Tells of every request of the sender. */
  onCall(listen: (call: string, seed: SentSeed) => unknown): void {
    for (const seed of this.seeds) seed.proxy.onCall = (call) => listen(call, seed)
  }

  /** The seeds in the order in which the share goes to them. */
  ranked({ shareId }: SharePlan): SentSeed[] {
    const ranks = rankSeeds(shareId, this.network.directory.seeds).map(({ id }) => id)
    return this.seeds.toSorted((a, b) => ranks.indexOf(a.seed.id) - ranks.indexOf(b.seed.id))
  }

  /** The share as each seed holds it. */
  async holdings({ shareId }: SharePlan): Promise<(Share | undefined)[]> {
    return Promise.all(this.seeds.map(({ custody }) => custody.running.shares.find(shareId)))
  }

  plan(files: ShareRequest['files'], changes: Partial<ShareRequest> = {}): Promise<SharePlan> {
    const policy = { replicas: 2, jurisdictions: 2, denied: [] }
    const request = { files, policy, expiresInMs: DAY_MS, peers: 'forbidden' as const, ...changes }
    return planShare(request, this.network, { randomBytes, nowMs: this.nowMs })
  }

  send(
    plan: SharePlan,
    slot: JournalSlot | undefined,
    {
      resumption,
      network = this.network,
      ...ports
    }: Partial<SendPorts> & Partial<Pick<SendStart, 'resumption' | 'network'>> = {},
  ): SendSession {
    const all: SendPorts = {
      nowMs: this.nowMs,
      randomBytes,
      refreshNetwork: () => Promise.resolve(this.network),
      journal: slot,
      requestGrant: async () => this.grantFor(plan),
      patience: { startMs: Infinity, stalledMs: Infinity },
      ...ports,
    }
    return new SendSession(all, { plan, network, resumption })
  }

  grantFor({ shareId, chunkCount }: Pick<SharePlan, 'shareId' | 'chunkCount'>): Bytes {
    const body = { shareId, maxChunks: chunkCount, notAfterMs: this.nowMs() + DAY_MS }
    return signRecord('grant', body, NETWORK_SECRET)
  }

  /** Waits until something is so. @throws if it does not come to be. */
  until(isSo: () => boolean | Promise<boolean>): Promise<void> {
    return this.#custody.until(isSo)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.seeds.map(({ proxy }) => proxy[Symbol.asyncDispose]()))
    await this.#custody[Symbol.asyncDispose]()
  }
}

function randomBytes(count: number): Bytes {
  return crypto.getRandomValues(new Uint8Array(count))
}

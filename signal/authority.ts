import { hkdf } from '@noble/hashes/hkdf.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { encodeUtf8, type Bytes } from '../protocol/bytes.ts'
import { assert } from '../protocol/errors.ts'
import type { GrantRequest, JoinRequest } from '../protocol/http/signal-json.ts'
import { CERTIFICATE_LIFE_MS, GRANT_LIFE_MS } from '../protocol/limits.ts'
import { PLACE_BYTES } from '../protocol/record/certificate.ts'
import type { DirectoryBody } from '../protocol/record/directory-body.ts'
import { openRecordBy, signRecord } from '../protocol/record/record.ts'
import { seedIdBytes, type SeedId } from '../protocol/seed-id.ts'
import { openJoin } from './join-claims.ts'
import type { NetworkKey } from './network-key.ts'
import type { RegisteredSeed } from './registered-seed.ts'
import {
  Registry,
  type RegistryEffect,
  type RegistryEvent,
  type RegistryRules,
} from './registry.ts'
import { loadState, saveState, type KeptDirectory, type SignalState } from './state-file.ts'

export type AuthorityOptions = Readonly<{
  key: NetworkKey
  stateFile: string
  rules: RegistryRules
  nowMs: () => number
  /** Told of what failed while nobody waited for an answer. */
  report: (error: unknown) => void
}>

const PLACE_LABEL = encodeUtf8('skerry/1 place of a seed')
// However its deadlines lie, a timer that fires leaves room for others.
const TICK_MS_MIN = 10

/** The process with the network key: certifies seeds, signs grants and the directory, and keeps the registry. */
export class Authority implements AsyncDisposable {
  readonly #options: AuthorityOptions
  readonly #registry: Registry
  /** Signed, and part of whatever is kept from now on. */
  #newest: KeptDirectory | undefined
  /** Durable, so handed out. */
  #directory: KeptDirectory | undefined
  #saving: Promise<void> = Promise.resolve()
  #timer: NodeJS.Timeout | undefined

  private constructor(options: AuthorityOptions, state: SignalState | undefined) {
    this.#options = options
    this.#registry = new Registry(options.rules, state?.registry, options.nowMs())
    this.#newest = state?.directory
    this.#directory = state?.directory
  }

  /** Goes on where an earlier process ended, and has a directory when it resolves. */
  static async open(options: AuthorityOptions): Promise<Authority> {
    const { key, stateFile } = options
    const authority = new Authority(options, await loadState(stateFile, key.publicKey))
    await using stack = new AsyncDisposableStack()
    stack.use(authority)
    await authority.#step({ type: 'tick' })
    stack.move()
    return authority
  }

  /** The newest directory that is durable. */
  get directory(): KeptDirectory {
    assert(this.#directory !== undefined, 'a directory once it is open')
    return this.#directory
  }

  list(): Readonly<{ seed: RegisteredSeed; freeBytes: number }>[] {
    return this.#registry.list()
  }

  /** Whether a seed stands in the directory, or will in the next one. */
  isListed(seedId: SeedId): boolean {
    return this.#registry.isListed(seedId, this.#options.nowMs())
  }

  /** Leave to store a share; the caller has checked who asks, and for how much. */
  grant(request: GrantRequest): Bytes {
    const { key, nowMs } = this.#options
    return signRecord('grant', { ...request, notAfterMs: nowMs() + GRANT_LIFE_MS }, key.secret)
  }

  /**
   * Takes a seed into the network.
   *
   * @returns Its certificate record, once it is durable that it joined.
   * @throws {TransferError} INVITATION_INVALID, RECORD_INVALID, REQUEST_INVALID, STORE_FULL
   */
  async join(request: JoinRequest): Promise<Bytes> {
    const { key, nowMs } = this.#options
    const claims = openJoin(request, key.publicKey)
    const { seedId, seedKey, operator, jurisdiction } = claims
    const certifiedUntilMs = nowMs() + CERTIFICATE_LIFE_MS
    const body = { seedKey, operator, jurisdiction, place: placeOf(key, seedKey) }
    const certificate = signRecord(
      'certificate',
      { ...body, notAfterMs: certifiedUntilMs },
      key.secret,
    )
    await this.#step({ type: 'join', claims, certificate, certifiedUntilMs })
    return this.#registry.getMember(seedId, nowMs()).certificate
  }

  /**
   * Hears how a seed is.
   *
   * @param record - A state record.
   * @throws {TransferError} SEED_UNKNOWN, RECORD_INVALID, REQUEST_INVALID, STATE_STALE
   */
  async hear(seedId: SeedId, record: Bytes): Promise<void> {
    // Strangers are turned away before a signature is looked at: that costs the most here.
    this.#registry.getMember(seedId, this.#options.nowMs())
    const status = openRecordBy('state', record, seedIdBytes(seedId))
    await this.#step({ type: 'state', seedId, status })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#timer)
    await this.#saving
  }

  async #step(event: RegistryEvent): Promise<void> {
    const effects = this.#registry.step(event, this.#options.nowMs())
    this.#schedule()
    await this.#perform(effects)
  }

  async #perform(effects: readonly RegistryEffect[]): Promise<void> {
    for (const effect of effects) {
      if (effect.type === 'save') await this.#save()
      else await this.#publish(effect.directory)
    }
  }

  /** A version that was handed out must not be forgotten, so it is durable first. */
  async #publish(body: DirectoryBody): Promise<void> {
    const record = signRecord('directory', body, this.#options.key.secret)
    const directory = { record, version: body.version, issuedAtMs: body.issuedAtMs }
    this.#newest = directory
    try {
      await this.#save()
      this.#directory = directory
    } catch (error) {
      this.#registry.step({ type: 'unsaved' }, this.#options.nowMs())
      throw error
    }
  }

  /** One after the other, each with what holds when its turn comes. */
  async #save(): Promise<void> {
    const { stateFile } = this.#options
    const saving = this.#saving.then(() =>
      saveState(stateFile, { registry: this.#registry.save(), directory: this.#newest }),
    )
    // A failure is told to who asked for this save, and holds up no other.
    this.#saving = saving.catch(() => undefined)
    await saving
  }

  #schedule(): void {
    const waitMs = this.#registry.deadlineMs - this.#options.nowMs()
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.#tick(), Math.max(TICK_MS_MIN, waitMs))
  }

  async #tick(): Promise<void> {
    try {
      await this.#step({ type: 'tick' })
    } catch (error) {
      this.#options.report(error)
    }
  }
}

/**
 * Where a seed stands in the ranking of every share: random to all but the network, and the same however often
 * a seed joins, so that nobody draws twice and a lost folder moves no share.
 */
function placeOf({ secret }: NetworkKey, seedKey: Bytes): Bytes {
  return hkdf(sha256, secret, seedKey, PLACE_LABEL, PLACE_BYTES)
}

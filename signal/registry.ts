import { TransferError } from '../protocol/errors.ts'
import { CERTIFICATE_LIFE_MS, CLOCK_SKEW_MS_MAX, DIRECTORY_SEEDS_MAX } from '../protocol/limits.ts'
import type { Bytes } from '../protocol/bytes.ts'
import type { DirectoryBody } from '../protocol/record/directory-body.ts'
import type { SeedStatus } from '../protocol/record/state.ts'
import type { SeedId } from '../protocol/seed-id.ts'
import { Hearing } from './hearing.ts'
import type { JoinClaims } from './join-claims.ts'
import { Publication } from './publication.ts'
import type { RegisteredSeed, SavedRegistry, UsedInvitation } from './registered-seed.ts'

export type RegistryRules = Readonly<{
  /** A change makes a new directory at most once in so long. */
  directoryIntervalMs: number
  /** A seed that is silent for so long is gone. */
  stateGraceMs: number
  isAllowedUrl: (url: string) => boolean
}>

export type RegistryEvent =
  | { type: 'join'; claims: JoinClaims; certificate: Bytes; certifiedUntilMs: number }
  /** A state that this seed signed. */
  | { type: 'state'; seedId: SeedId; status: SeedStatus }
  /** What was last to be published could not be kept. */
  | { type: 'unsaved' }
  | { type: 'tick' }

export type RegistryEffect =
  /** Keep `save()` before anything is answered. */
  | { type: 'save' }
  /** Sign it, keep it together with `save()`, and only then hand it out. */
  | { type: 'publish'; directory: DirectoryBody }

// Nothing weighs one seed against another yet: each gets its even share.
const WEIGHT = 1

/**
 * Who belongs to the network, how each seed is, and when that makes a new directory, whose version never falls.
 * Holds no key, socket, file or clock.
 */
export class Registry {
  readonly #rules: RegistryRules
  readonly #publication: Publication
  readonly #hearing: Hearing
  readonly #seeds: Map<SeedId, RegisteredSeed>
  readonly #invitations: Map<string, UsedInvitation>

  /** @param saved - What `save()` gave to an earlier process: its end made no seed silent. */
  constructor(rules: RegistryRules, saved: SavedRegistry | undefined, nowMs: number) {
    this.#rules = rules
    this.#publication = new Publication(rules.directoryIntervalMs, saved?.publication)
    this.#hearing = new Hearing(nowMs)
    this.#seeds = new Map(saved?.seeds)
    this.#invitations = new Map(saved?.invitations)
    for (const id of this.#seeds.keys()) this.#hearing.hear(id)
  }

  /** When the next `tick` is due. */
  get deadlineMs(): number {
    const silences = this.#living().map(([id]) => this.#silentAtMs(id))
    return Math.min(this.#publication.deadlineMs, this.#hearing.deadlineMs, ...silences)
  }

  /** @throws {TransferError} SEED_UNKNOWN for a seed that did not join, or whose certificate has run out. */
  getMember(seedId: SeedId, nowMs: number): RegisteredSeed {
    const seed = this.#seeds.get(seedId)
    if (seed === undefined) throw unknown('This seed has not joined this network.')
    if (seed.certifiedUntilMs < nowMs) throw unknown('The certificate of this seed has run out.')
    return seed
  }

  /** Whether the next directory has this seed. */
  isListed(seedId: SeedId, nowMs: number): boolean {
    const seed = this.#seeds.get(seedId)
    return seed !== undefined && listed(seed, nowMs).length > 0
  }

  /** All that joined, and what each said it has free. */
  list(): Readonly<{ seed: RegisteredSeed; freeBytes: number }>[] {
    return [...this.#seeds].map(([id, seed]) => ({ seed, freeBytes: this.#hearing.freeBytes(id) }))
  }

  save(): SavedRegistry {
    const [seeds, invitations] = [new Map(this.#seeds), new Map(this.#invitations)]
    return { publication: this.#publication.save(), seeds, invitations }
  }

  /**
   * Takes one event and returns what the caller must now do, in order.
   *
   * @throws {TransferError} INVITATION_INVALID, REQUEST_INVALID, STORE_FULL (join); SEED_UNKNOWN, RECORD_INVALID,
   *   REQUEST_INVALID, STATE_STALE (state). Nothing has changed then.
   */
  step(event: RegistryEvent, nowMs: number): RegistryEffect[] {
    this.#hearing.advance(nowMs)
    switch (event.type) {
      case 'join':
        this.#join(event, nowMs)
        return [{ type: 'save' }]
      case 'state':
        this.#hear(event.seedId, event.status, nowMs)
        return this.#publish(nowMs)
      case 'unsaved':
        this.#publication.change()
        return []
      case 'tick':
        this.#markGone(nowMs)
        return this.#publish(nowMs)
    }
  }

  #join({ claims, ...certified }: RegistryEvent & { type: 'join' }, nowMs: number): void {
    const { seedId, nonce, invitedUntilMs, url, operator, jurisdiction } = claims
    const before = this.#seeds.get(seedId)
    const used = this.#invitations.get(nonce)
    // The answer was lost on its way: the same seed gets the same again.
    if (used?.seedId === seedId && before !== undefined) return
    if (used !== undefined) throw uninvited('This invitation was used before: each works once.')
    if (invitedUntilMs < nowMs) throw uninvited('This invitation has run out. Ask for a new one.')
    if (before !== undefined) checkSame(before, claims)
    this.#checkUrls([url])
    if (before === undefined) this.#makeRoom(nowMs)
    const renewed = before ?? { urls: [url], state: 'joined', statedAtMs: 0 }
    this.#seeds.set(seedId, { ...renewed, ...certified, operator, jurisdiction })
    this.#hearing.hear(seedId)
    this.#remember(nonce, { seedId, notAfterMs: invitedUntilMs }, nowMs)
    if (before !== undefined) this.#publication.change()
  }

  #hear(seedId: SeedId, { urls, state, freeBytes, atMs }: SeedStatus, nowMs: number): void {
    const seed = this.getMember(seedId, nowMs)
    if (Math.abs(atMs - nowMs) > CLOCK_SKEW_MS_MAX) throw wrongClock(nowMs)
    const isSame = seed.state === state && seed.urls.join(' ') === urls.join(' ')
    // Sent again because the answer was lost: nothing new, and no sign of life either.
    if (atMs === seed.statedAtMs && isSame) return
    if (atMs <= seed.statedAtMs) throw stale(seed.statedAtMs)
    this.#checkUrls(urls)
    this.#seeds.set(seedId, { ...seed, urls, state, statedAtMs: atMs })
    this.#hearing.hear(seedId, freeBytes)
    if (!isSame) this.#publication.change()
  }

  #markGone(nowMs: number): void {
    for (const [id, seed] of this.#living()) {
      if (this.#silentAtMs(id) > nowMs) continue
      this.#seeds.set(id, { ...seed, state: 'gone' })
      this.#publication.change()
    }
  }

  #publish(nowMs: number): RegistryEffect[] {
    const version = this.#publication.next(nowMs)
    if (version === undefined) return []
    const seeds = [...this.#seeds.values()].flatMap((seed) => listed(seed, nowMs))
    return [{ type: 'publish', directory: { version, issuedAtMs: nowMs, seeds } }]
  }

  #living(): (readonly [SeedId, RegisteredSeed])[] {
    return [...this.#seeds].filter(([, { state }]) => state !== 'joined' && state !== 'gone')
  }

  #silentAtMs(seedId: SeedId): number {
    return this.#hearing.heardAtMs(seedId) + this.#rules.stateGraceMs
  }

  #checkUrls(urls: readonly string[]): void {
    if (urls.every((url) => this.#rules.isAllowedUrl(url))) return
    const message = 'This network takes no seed at a private or local address.'
    throw new TransferError('REQUEST_INVALID', message)
  }

  #makeRoom(nowMs: number): void {
    if (this.#seeds.size < DIRECTORY_SEEDS_MAX) return
    const past = [...this.#seeds].find(([, { certifiedUntilMs }]) => certifiedUntilMs < nowMs)
    if (past === undefined) throw new TransferError('STORE_FULL', 'This network has no room left.')
    this.#seeds.delete(past[0])
    this.#hearing.forget(past[0])
  }

  #remember(nonce: string, used: UsedInvitation, nowMs: number): void {
    for (const [old, { notAfterMs }] of this.#invitations) {
      // Long run out: a clock that is a year wrong does not bring it back.
      if (notAfterMs + CERTIFICATE_LIFE_MS < nowMs) this.#invitations.delete(old)
    }
    this.#invitations.set(nonce, used)
  }
}

function listed(seed: RegisteredSeed, nowMs: number): DirectoryBody['seeds'] {
  const { certificate, urls, state, certifiedUntilMs } = seed
  // A directory with a certificate that has run out is refused as a whole.
  if (state === 'joined' || certifiedUntilMs < nowMs) return []
  return [{ certificate, urls, weight: WEIGHT, state }]
}

/** A new invitation renews a certificate; it makes nobody somebody else, whose shares then lack an operator. */
function checkSame({ operator, jurisdiction }: RegisteredSeed, claims: JoinClaims): void {
  if (operator === claims.operator && jurisdiction === claims.jurisdiction) return
  throw uninvited(
    `This seed joined as ${operator} in ${jurisdiction}. For another name or country, start a new seed.`,
  )
}

function uninvited(message: string): TransferError {
  return new TransferError('INVITATION_INVALID', message)
}

function unknown(why: string): TransferError {
  return new TransferError('SEED_UNKNOWN', `${why} Ask the network for a new invitation.`)
}

function wrongClock(nowMs: number): TransferError {
  const message = 'The clocks of this seed and of the network are more than two days apart.'
  return new TransferError('RECORD_INVALID', message, { details: { nowMs } })
}

function stale(atMs: number): TransferError {
  const message = 'A state as new as this one, or newer, was received before.'
  return new TransferError('STATE_STALE', message, { details: { atMs } })
}

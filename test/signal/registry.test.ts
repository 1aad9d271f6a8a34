import { describe, expect, it } from 'vitest'
import { formatHex } from '../../protocol/bytes.ts'
import { TransferError } from '../../protocol/errors.ts'
import { CERTIFICATE_LIFE_MS, DIRECTORY_REFRESH_MS } from '../../protocol/limits.ts'
import { parseJurisdiction } from '../../protocol/jurisdiction.ts'
import type { DirectoryBody } from '../../protocol/record/directory-body.ts'
import type { ListedState, ReportedState } from '../../protocol/record/seed-state.ts'
import type { JoinClaims } from '../../signal/join-claims.ts'
import type { SavedRegistry } from '../../signal/registered-seed.ts'
import { Registry, type RegistryEvent } from '../../signal/registry.ts'
import { fixedBytes, NOW_MS } from '../protocol/owner.ts'
import { createRandom } from '../random.ts'
import { alpha, beta, TestSeed } from './test-seed.ts'

const MINUTE_MS = 60_000
const GRACE_MS = 10 * MINUTE_MS
const rules = {
  directoryIntervalMs: MINUTE_MS,
  stateGraceMs: GRACE_MS,
  isAllowedUrl: (url: string) => !url.includes('private'),
}

function joinOf(seed: TestSeed, changes: Partial<JoinClaims> = {}, atMs = NOW_MS): RegistryEvent {
  const claims = {
    seedId: seed.id,
    seedKey: seed.key,
    operator: 'Alpha',
    jurisdiction: parseJurisdiction('NZ'),
    nonce: formatHex(fixedBytes(seed.id, 16)),
    invitedUntilMs: NOW_MS + MINUTE_MS,
    url: seed.url,
    ...changes,
  }
  const certifiedUntilMs = atMs + CERTIFICATE_LIFE_MS
  return { type: 'join', claims, certificate: seed.key, certifiedUntilMs }
}

function stateOf(seed: TestSeed, atMs: number, state: ReportedState = 'open'): RegistryEvent {
  const status = { urls: [seed.url], state, freeBytes: 0, atMs }
  return { type: 'state', seedId: seed.id, status }
}

/** Steps each minute, as the shell does, and gathers what is published. */
class Run {
  registry: Registry
  nowMs = NOW_MS
  readonly published: DirectoryBody[] = []

  constructor(saved?: SavedRegistry) {
    this.registry = new Registry(rules, saved, this.nowMs)
    this.step({ type: 'tick' })
  }

  step(event: RegistryEvent): void {
    for (const effect of this.registry.step(event, this.nowMs)) {
      if (effect.type === 'publish') this.published.push(effect.directory)
    }
  }

  /** @returns The code it was refused with. */
  refusal(event: RegistryEvent): string | undefined {
    try {
      this.step(event)
      return undefined
    } catch (error) {
      return error instanceof TransferError ? error.code : String(error)
    }
  }

  tickUntil(nowMs: number): void {
    while (this.nowMs < nowMs) {
      this.nowMs = Math.min(nowMs, Math.max(this.nowMs + 1, this.registry.deadlineMs))
      this.step({ type: 'tick' })
    }
  }

  /** What the newest directory says of each seed, in the order they joined. */
  get states(): ListedState[] {
    return this.published.at(-1)?.seeds.map(({ state }) => state) ?? []
  }
}

describe('the registry', () => {
  it('lists a seed once it said how it is, and not before', () => {
    const run = new Run()
    run.tickUntil(NOW_MS + MINUTE_MS)
    run.step(joinOf(alpha))
    run.tickUntil(NOW_MS + 5 * MINUTE_MS)
    expect(run.published).toHaveLength(1)
    run.step(stateOf(alpha, run.nowMs))
    expect(run.states).toEqual(['open'])
  })

  it('publishes a change at once, and the next ones together a minute later', () => {
    const run = new Run()
    run.step(joinOf(alpha))
    run.step(joinOf(beta))
    run.tickUntil(NOW_MS + MINUTE_MS)
    run.step(stateOf(alpha, run.nowMs))
    expect(run.states).toEqual(['open'])
    run.nowMs += 1000
    run.step(stateOf(beta, run.nowMs))
    run.step(stateOf(alpha, run.nowMs, 'full'))
    expect(run.states).toEqual(['open'])
    run.tickUntil(NOW_MS + 2 * MINUTE_MS - 1)
    expect(run.states).toEqual(['open'])
    run.tickUntil(NOW_MS + 2 * MINUTE_MS)
    expect(run.states).toEqual(['full', 'open'])
    expect(run.published).toHaveLength(3)
  })

  it('makes no version of a state that stays as it is', () => {
    const run = new Run()
    run.step(joinOf(alpha))
    for (let minute = 1; minute < 100; minute += 1) {
      run.tickUntil(NOW_MS + minute * MINUTE_MS)
      run.step(stateOf(alpha, run.nowMs))
    }
    expect(run.published).toHaveLength(2)
  })

  it('calls a seed gone after the grace time, and open again when it returns', () => {
    const run = new Run()
    run.step(joinOf(alpha))
    run.tickUntil(NOW_MS + MINUTE_MS)
    run.step(stateOf(alpha, run.nowMs))
    const heardMs = run.nowMs
    run.tickUntil(heardMs + GRACE_MS - 1)
    expect(run.states).toEqual(['open'])
    run.tickUntil(heardMs + GRACE_MS)
    expect(run.states).toEqual(['gone'])
    run.tickUntil(heardMs + 10 * GRACE_MS)
    run.step(stateOf(alpha, run.nowMs))
    expect(run.states).toEqual(['open'])
  })

  it.each([
    ['a day forth', 24 * 60 * MINUTE_MS],
    ['a day back', -24 * 60 * MINUTE_MS],
  ])('F14: calls no seed gone because the clock was set %s', (_name, jumpMs) => {
    const run = new Run()
    run.step(joinOf(alpha))
    run.tickUntil(NOW_MS + MINUTE_MS)
    run.step(stateOf(alpha, run.nowMs))
    run.nowMs += jumpMs
    const jumpedMs = run.nowMs
    run.step({ type: 'tick' })
    expect([run.states, run.published.at(-1)?.issuedAtMs]).toEqual([['open'], jumpedMs])
    run.tickUntil(jumpedMs + GRACE_MS - 1)
    expect(run.states).toEqual(['open'])
    run.tickUntil(jumpedMs + GRACE_MS + MINUTE_MS)
    expect(run.states).toEqual(['gone'])
  })

  it('signs the same again long before it could be too old for anyone', () => {
    const run = new Run()
    run.tickUntil(NOW_MS + 4 * DIRECTORY_REFRESH_MS)
    expect(run.published.map(({ issuedAtMs }) => issuedAtMs - NOW_MS)).toEqual(
      [0, 1, 2, 3, 4].map((count) => count * DIRECTORY_REFRESH_MS),
    )
  })

  it('keeps the states of a process that ended, but counts its silence for nothing', () => {
    const run = new Run()
    run.step(joinOf(alpha))
    run.tickUntil(NOW_MS + MINUTE_MS)
    run.step(stateOf(alpha, run.nowMs, 'full'))
    const next = new Run(run.registry.save())
    next.tickUntil(run.nowMs + GRACE_MS - 2 * MINUTE_MS)
    expect(next.refusal(stateOf(alpha, run.nowMs - 1))).toBe('STATE_STALE')
    next.step(stateOf(alpha, next.nowMs))
    expect(next.states).toEqual(['open'])
  })

  it('goes on with a higher version even where its folder was lost', () => {
    const run = new Run()
    run.tickUntil(NOW_MS + DIRECTORY_REFRESH_MS)
    const before = run.published.at(-1)?.version ?? Infinity
    const registry = new Registry(rules, undefined, run.nowMs + 1)
    expect(registry.step({ type: 'tick' }, run.nowMs + 1)).toMatchObject([
      { type: 'publish', directory: { version: before + 1, seeds: [] } },
    ])
  })

  it('publishes again what could not be kept', () => {
    const run = new Run()
    run.step({ type: 'unsaved' })
    run.tickUntil(NOW_MS + MINUTE_MS)
    expect(run.published.map(({ version }) => version)).toEqual([NOW_MS, NOW_MS + MINUTE_MS])
  })

  it('lists no seed past its certificate, and hears it no more until it is invited again', () => {
    const run = new Run()
    run.step(joinOf(alpha))
    run.tickUntil(NOW_MS + MINUTE_MS)
    run.step(stateOf(alpha, run.nowMs))
    run.nowMs = NOW_MS + CERTIFICATE_LIFE_MS + 1
    run.step({ type: 'tick' })
    expect(run.states).toEqual([])
    expect(run.refusal(stateOf(alpha, run.nowMs))).toBe('SEED_UNKNOWN')
    run.step(joinOf(alpha, { nonce: 'ff', invitedUntilMs: run.nowMs }, run.nowMs))
    run.tickUntil(run.nowMs + MINUTE_MS)
    expect(run.states).toEqual(['open'])
  })
})

describe('a state', () => {
  const run = new Run()
  run.step(joinOf(alpha))
  run.step(stateOf(alpha, NOW_MS))
  const privateState: RegistryEvent = {
    type: 'state',
    seedId: alpha.id,
    status: { urls: ['http://private'], state: 'open', freeBytes: 0, atMs: NOW_MS + 1 },
  }

  it.each([
    ['of a stranger', stateOf(beta, NOW_MS), 'SEED_UNKNOWN'],
    ['signed two days ahead', stateOf(alpha, NOW_MS + 49 * 60 * MINUTE_MS), 'RECORD_INVALID'],
    ['signed two days ago', stateOf(alpha, NOW_MS - 49 * 60 * MINUTE_MS), 'RECORD_INVALID'],
    ['older than the one before', stateOf(alpha, NOW_MS - 1), 'STATE_STALE'],
    ['that is another one of the same moment', stateOf(alpha, NOW_MS, 'full'), 'STATE_STALE'],
    ['at an address that is not allowed', privateState, 'REQUEST_INVALID'],
  ])('%s is refused, and changes nothing', (_name, event, code) => {
    const before = run.registry.save()
    expect(run.refusal(event)).toBe(code)
    expect(run.registry.save()).toEqual(before)
  })

  it('F26: received twice counts once', () => {
    const before = run.registry.save()
    run.step(stateOf(alpha, NOW_MS))
    expect(run.registry.save()).toEqual(before)
  })
})

/** A registry that crashes, forgets what it did not keep, and lives under a clock that jumps. */
class Chaos {
  readonly #random: () => number
  readonly #seeds = Array.from({ length: 6 }, (_, i) => new TestSeed(`chaos ${i}`))
  #kept: SavedRegistry | undefined
  #registry: Registry
  nowMs = NOW_MS
  readonly shown: DirectoryBody[] = []

  constructor(seed: number) {
    this.#random = createRandom(seed)
    this.#registry = new Registry(rules, undefined, this.nowMs)
  }

  run(): void {
    const kind = this.#random()
    if (kind < 0.03) this.nowMs += Math.floor((this.#random() - 0.5) * 2 * 24 * 60 * MINUTE_MS)
    else if (kind < 0.06) this.#registry = new Registry(rules, this.#kept, this.nowMs)
    else this.#step(this.#event(kind))
    this.nowMs += Math.floor(this.#random() * MINUTE_MS)
  }

  #event(kind: number): RegistryEvent {
    const seed = this.#seeds[Math.floor(this.#random() * this.#seeds.length)]
    if (seed === undefined || kind < 0.4) return { type: 'tick' }
    if (kind < 0.5) return joinOf(seed, { invitedUntilMs: this.nowMs })
    const states = ['open', 'full', 'draining'] as const
    return stateOf(seed, this.nowMs, states[Math.floor(this.#random() * states.length)])
  }

  #step(event: RegistryEvent): void {
    try {
      for (const effect of this.#registry.step(event, this.nowMs)) this.#keep(effect)
    } catch (error) {
      if (!(error instanceof TransferError)) throw error
    }
  }

  /** Now and then the disk refuses, or keeps it and the process ends before anything is shown. */
  #keep(effect: ReturnType<Registry['step']>[number]): void {
    if (this.#random() < 0.1) return void this.#registry.step({ type: 'unsaved' }, this.nowMs)
    this.#kept = this.#registry.save()
    if (effect.type !== 'publish') return
    if (this.#random() < 0.1) this.#registry = new Registry(rules, this.#kept, this.nowMs)
    else this.shown.push(effect.directory)
  }
}

// Whatever happens to clock, disk and process, no client meets a version that fell, or one version twice.
it.each([1, 2, 3, 4, 5, 6, 7, 8])('F26: a version never falls, seed %i', (seed) => {
  const chaos = new Chaos(seed)
  for (let steps = 0; steps < 2000; steps += 1) chaos.run()
  const versions = chaos.shown.map(({ version }) => version)
  expect(versions.length).toBeGreaterThan(50)
  expect(versions).toEqual([...new Set(versions)].toSorted((a, b) => a - b))
})

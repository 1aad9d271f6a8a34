import { describe, expect, it } from 'vitest'
import { servedUntilMs, standingOf, type ExpiryFacts } from '../../../protocol/custody/expiry.ts'
import { CHECKPOINT_LIFE_MS, TOMBSTONE_LIFE_MS } from '../../../protocol/limits.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const NOW_MS = Date.UTC(2026, 0, 1)

function factsOf(changes: Partial<ExpiryFacts> = {}): ExpiryFacts {
  return {
    checkpoint: { state: 'sealed', expiresAtMs: NOW_MS + 7 * DAY_MS, issuedAtMs: NOW_MS },
    receivedAtMs: NOW_MS,
    changedAtMs: NOW_MS,
    maxLifeMs: CHECKPOINT_LIFE_MS,
    isSpaceShort: false,
    ...changes,
  }
}

describe('a share with a checkpoint', () => {
  it('is served to the millisecond of its expiry and refused from then on', () => {
    const untilMs = NOW_MS + 7 * DAY_MS
    expect(standingOf(factsOf(), untilMs - 1)).toBe('serve')
    expect(standingOf(factsOf(), untilMs)).toBe('refuse')
  })

  it('is unlinked within 24 h of its expiry, and at once where space is short', () => {
    const untilMs = NOW_MS + 7 * DAY_MS
    expect(standingOf(factsOf(), untilMs + DAY_MS - 1)).toBe('unlink')
    expect(standingOf(factsOf({ isSpaceShort: true }), untilMs)).toBe('unlink')
    expect(standingOf(factsOf({ isSpaceShort: true }), untilMs - 1)).toBe('serve')
  })

  it('is forgotten 400 days after its expiry, never sooner', () => {
    const endMs = NOW_MS + 7 * DAY_MS + TOMBSTONE_LIFE_MS
    expect(standingOf(factsOf(), endMs - 1)).toBe('unlink')
    expect(standingOf(factsOf(), endMs)).toBe('forget')
  })

  it('keeps its record for 400 days even if its owner named a date long past', () => {
    const checkpoint = { state: 'sealed', expiresAtMs: 0, issuedAtMs: 0 } as const
    expect(standingOf(factsOf({ checkpoint }), NOW_MS + TOMBSTONE_LIFE_MS - 1)).toBe('unlink')
    expect(standingOf(factsOf({ checkpoint }), NOW_MS + TOMBSTONE_LIFE_MS)).toBe('forget')
  })

  it('B07: ends 366 days after its checkpoint was issued, whatever expiry that names', () => {
    const expiresAtMs = Number.MAX_SAFE_INTEGER
    const checkpoint = { state: 'sealed', expiresAtMs, issuedAtMs: NOW_MS - DAY_MS } as const
    const untilMs = servedUntilMs(factsOf({ checkpoint }))
    expect(untilMs).toBe(NOW_MS - DAY_MS + CHECKPOINT_LIFE_MS)
  })

  it("B07: ends with the node's own cap, counted from when the share came", () => {
    const checkpoint = { state: 'open', expiresAtMs: NOW_MS + 90 * DAY_MS, issuedAtMs: NOW_MS }
    const facts = factsOf({ checkpoint: { ...checkpoint, state: 'open' }, maxLifeMs: DAY_MS })
    expect(servedUntilMs(facts)).toBe(NOW_MS + DAY_MS)
    const extended = { state: 'open', expiresAtMs: NOW_MS + 999 * DAY_MS } as const
    const later = { ...extended, issuedAtMs: NOW_MS + 2 * DAY_MS }
    expect(standingOf({ ...facts, checkpoint: later }, NOW_MS + DAY_MS)).toBe('refuse')
  })
})

it('drops a share that got no checkpoint within an hour', () => {
  const facts = factsOf({ checkpoint: undefined })
  expect(standingOf(facts, NOW_MS + HOUR_MS - 1)).toBe('refuse')
  expect(standingOf(facts, NOW_MS + HOUR_MS)).toBe('forget')
  expect(servedUntilMs(facts)).toBe(0)
})

it('keeps a tombstone for 400 days after it came, without content', () => {
  const checkpoint = { state: 'deleted', expiresAtMs: 0, issuedAtMs: NOW_MS - 9 * DAY_MS } as const
  const facts = factsOf({ checkpoint })
  expect(standingOf(facts, NOW_MS)).toBe('unlink')
  expect(standingOf(facts, NOW_MS + TOMBSTONE_LIFE_MS - 1)).toBe('unlink')
  expect(standingOf(facts, NOW_MS + TOMBSTONE_LIFE_MS)).toBe('forget')
  expect(servedUntilMs(facts)).toBe(0)
})

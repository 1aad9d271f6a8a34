import { describe, expect, it } from 'vitest'
import type { RosterEntry } from '../../../client/engine/receive/seed-roster.ts'
import { verdictOf, type Situation } from '../../../client/engine/receive/share-verdict.ts'
import { TransferError, type FaultCode } from '../../../protocol/errors.ts'
import { makeSeed } from '../../protocol/placement-network.ts'

const NOW_MS = 1_000_000

function entry(code: FaultCode | undefined, phase: RosterEntry['phase'] = 'failed'): RosterEntry {
  const fault = code === undefined ? undefined : new TransferError(code, 'as told')
  return { seed: makeSeed(1), phase, fault }
}

function verdict(
  entries: readonly RosterEntry[],
  changes: Partial<Situation> = {},
): string | undefined {
  const known = { hasPeer: false, endsAtMs: undefined, nowMs: NOW_MS }
  const situation = { entries, isEverySeedAsked: true, ...known }
  return verdictOf({ ...situation, ...changes })?.code
}

describe('verdictOf', () => {
  it('says nothing while a seed serves, may serve, or says nothing', () => {
    const missing = entry('SHARE_MISSING')
    expect(verdict([])).toBeUndefined()
    expect(verdict([missing, entry(undefined, 'ready')])).toBeUndefined()
    expect(verdict([missing, entry(undefined, 'asking')])).toBeUndefined()
    expect(verdict([missing, entry('SEED_UNREACHABLE')])).toBeUndefined()
    expect(verdict([missing, entry('ANSWER_INVALID')])).toBeUndefined()
    expect(verdict([missing], { isEverySeedAsked: false })).toBeUndefined()
  })

  it('says what all seeds say', () => {
    expect(verdict([entry('SHARE_MISSING'), entry('SHARE_MISSING')])).toBe('SHARE_MISSING')
    expect(verdict([entry('SHARE_EXPIRED'), entry('SHARE_MISSING')])).toBe('SHARE_EXPIRED')
    expect(verdict([entry('SHARE_TAKEN_DOWN'), entry('SHARE_MISSING')])).toBe('SHARE_TAKEN_DOWN')
    expect(verdict([entry('SHARE_EXPIRED', 'ready')])).toBe('SHARE_EXPIRED')
  })

  it('believes one seed that a share expired if its signed date is over, and only then', () => {
    const entries = [entry('SHARE_EXPIRED'), entry('SEED_UNREACHABLE')]
    expect(verdict(entries, { endsAtMs: NOW_MS - 1 })).toBe('SHARE_EXPIRED')
    expect(verdict(entries, { endsAtMs: NOW_MS + 1 })).toBeUndefined()
    expect(verdict(entries)).toBeUndefined()
  })
})

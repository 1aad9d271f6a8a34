import { describe, expect, it } from 'vitest'
import { Patience } from '../../../client/engine/send/patience.ts'
import type { CourierProgress } from '../../../client/engine/send/progress.ts'
import { waitingFor, type WaitingQuestion } from '../../../client/engine/send/waiting.ts'
import { TransferError } from '../../../protocol/errors.ts'
import { makeSeed } from '../../protocol/placement-network.ts'

const seed = makeSeed(0)
const away = {
  seed,
  trouble: { kind: 'away', error: new TransferError('SEED_UNREACHABLE', 'It is silent.') },
} as const
const full = {
  seed,
  trouble: { kind: 'refused', error: new TransferError('STORE_FULL', 'It is full.') },
} as const
const moving: WaitingQuestion = {
  isPaused: false,
  isOnceWhole: false,
  isPolicyWhole: false,
  hasCustodians: true,
  isShortOfSeeds: false,
  isDirectoryOver: false,
  troubles: [],
  hasAnswering: true,
}

describe('why a share waits', () => {
  it.each<[string, Partial<WaitingQuestion>, string | undefined]>([
    ['nothing, while it moves', {}, undefined],
    ['the person', { isPaused: true, troubles: [away] }, 'Paused.'],
    [
      'a seed that is silent',
      { troubles: [away], hasAnswering: false },
      'Waiting for operator 0 (NZ): It is silent.',
    ],
    [
      'a seed that is full, while others are used',
      { troubles: [full] },
      'operator 0 (NZ) does not take it: It is full. The others are used meanwhile.',
    ],
    [
      'a network that has too few seeds now',
      { isOnceWhole: true, isShortOfSeeds: true },
      'This network has no other open seed that fits; waiting for one.',
    ],
    [
      'a network that has no seed now, before anything is sent',
      { hasCustodians: false, isShortOfSeeds: true, hasAnswering: false },
      'This network has no open seed that may keep the share now; waiting for one.',
    ],
    [
      'a newer directory',
      { isPolicyWhole: true, isOnceWhole: true, isDirectoryOver: true },
      'The list of seeds is too old; waiting for the signal server to send a new one.',
    ],
    [
      'the seeds',
      { isOnceWhole: true },
      'Everything is on one seed; the seeds copy it to each other.',
    ],
    [
      'receipts',
      { isOnceWhole: true, isPolicyWhole: true },
      'Everything is sent; waiting for receipts.',
    ],
  ])('is %s', (_what, changes, text) => {
    expect(waitingFor({ ...moving, ...changes })?.text).toBe(text)
  })
})

function progressOf(onceBytes: number, problem: string | undefined): CourierProgress {
  return {
    frontier: { totalBytes: 10, sealedBytes: 10, onceBytes, policyBytes: 0 },
    waiting: { code: 'seeds', text: 'Waiting.' },
    custody: [{ seed, isCustodian: true, receipt: undefined, problem }],
  }
}

function codeOf(check: () => void): string {
  try {
    check()
    return 'none'
  } catch (cause) {
    return cause instanceof TransferError ? cause.code : 'bug'
  }
}

describe('patience', () => {
  const limits = { startMs: 100, stalledMs: 1000 }

  it('ends soon where no seed ever answered', () => {
    const patience = new Patience(limits, 0)
    expect(codeOf(() => patience.check(progressOf(0, 'silent'), 100))).toBe('none')
    expect(codeOf(() => patience.check(progressOf(0, 'silent'), 101))).toBe('SEED_UNREACHABLE')
  })

  it('ends later where something was stored and nothing moves', () => {
    const patience = new Patience(limits, 0)
    expect(codeOf(() => patience.check(progressOf(5, 'silent'), 500))).toBe('none')
    expect(codeOf(() => patience.check(progressOf(5, 'silent'), 1500))).toBe('none')
    expect(codeOf(() => patience.check(progressOf(5, 'silent'), 1501))).toBe('POLICY_UNMET')
  })

  it('ends later also where all seeds that something was stored at are silent', () => {
    const patience = new Patience(limits, 0)
    expect(codeOf(() => patience.check(progressOf(5, undefined), 500))).toBe('none')
    expect(codeOf(() => patience.check(progressOf(0, 'silent'), 600))).toBe('none')
    expect(codeOf(() => patience.check(progressOf(0, 'silent'), 1600))).toBe('none')
    expect(codeOf(() => patience.check(progressOf(0, 'silent'), 1601))).toBe('POLICY_UNMET')
  })

  it('does not count the hours that the machine slept', () => {
    const patience = new Patience({ startMs: 60_000, stalledMs: 60_000 }, 0)
    const [beforeMs, afterMs] = [50_000, 7_200_000]
    for (let nowMs = 0; nowMs <= beforeMs; nowMs += 250) {
      expect(codeOf(() => patience.check(progressOf(0, 'silent'), nowMs))).toBe('none')
    }
    expect(codeOf(() => patience.check(progressOf(0, 'silent'), afterMs))).toBe('none')
    const endMs = afterMs + 10_001
    expect(codeOf(() => patience.check(progressOf(0, 'silent'), endMs))).toBe('SEED_UNREACHABLE')
  })

  it('starts anew whenever something moves', () => {
    const patience = new Patience(limits, 0)
    for (let bytes = 1; bytes < 10; bytes += 1) {
      expect(codeOf(() => patience.check(progressOf(bytes, 'silent'), bytes * 999))).toBe('none')
    }
  })

  it('does not end while seeds answer for one piece after the other, before any custodian is known', () => {
    const patience = new Patience(limits, 0)
    const { frontier } = progressOf(0, undefined)
    // Of many pieces a percent takes long.
    const checked = (done: number): CourierProgress => ({
      frontier,
      waiting: { code: 'checking', text: 'Asked for pieces: 0 %', done },
      custody: [],
    })
    for (let count = 1; count < 10; count += 1) {
      expect(codeOf(() => patience.check(checked(count), count * 99))).toBe('none')
    }
    expect(codeOf(() => patience.check(checked(9), 9 * 99 + 101))).toBe('SEED_UNREACHABLE')
  })

  it('ends also where nothing moves and nothing seems to be wrong', () => {
    const patience = new Patience(limits, 0)
    const silent = { ...progressOf(0, undefined), waiting: undefined }
    for (const nowMs of [0, 1000]) {
      expect(codeOf(() => patience.check(silent, nowMs))).toBe('none')
    }
    expect(codeOf(() => patience.check(silent, 1001))).toBe('POLICY_UNMET')
  })

  it('lasts as long as a person wants it to', () => {
    const patience = new Patience({ startMs: Infinity, stalledMs: Infinity }, 0)
    expect(codeOf(() => patience.check(progressOf(0, 'silent'), 1e12))).toBe('none')
  })
})

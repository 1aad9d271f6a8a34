import { expect, it } from 'vitest'
import { ServingEnd } from '../../../client/engine/receive/serving-end.ts'
import type { RosterEntry } from '../../../client/engine/receive/seed-roster.ts'
import { TransferError } from '../../../protocol/errors.ts'
import { hostSeed } from './host-seed.ts'

const endsAtMs = 1000
const unreachable = new TransferError('SEED_UNREACHABLE', 'It is down.')

function seed(fault: TransferError | undefined): RosterEntry {
  return { seed: hostSeed(0, 1), phase: 'ready', fault }
}

/** @returns After how many of a hundred looks it has ended; undefined if it has not. */
function looksUntilEnd(fault: TransferError | undefined, nowMs: number): number | undefined {
  const end = new ServingEnd()
  const share = { entries: [seed(fault)], verdict: undefined, endsAtMs }
  const found = Array.from({ length: 100 }, () => end.isExpired(share, nowMs)).indexOf(true)
  return found === -1 ? undefined : found
}

it('F14: serves a share past its date as long as a seed does: the clock here may be wrong', () => {
  expect(looksUntilEnd(undefined, 2000)).toBeUndefined()
})

it('serves a share past its date a little longer where no seed answers, and then no more', () => {
  expect(looksUntilEnd(unreachable, 2000)).toBeGreaterThan(12)
  expect(looksUntilEnd(unreachable, 999)).toBeUndefined()
})

it('is not late because no seed answers while others bring it, or a save waits for them', () => {
  const end = new ServingEnd()
  const late = { entries: [seed(unreachable)], verdict: undefined, endsAtMs }
  for (let look = 0; look < 100; look += 1)
    expect(end.isLate({ ...late, isInUse: true }, 2000)).toBe(false)
  const found = Array.from({ length: 100 }, () => end.isLate(late, 2000)).indexOf(true)
  expect(found).toBeGreaterThan(12)
})

it('begins anew where a seed answers, or shows that the share lasts longer', () => {
  const end = new ServingEnd()
  const late = { entries: [seed(unreachable)], verdict: undefined, endsAtMs }
  const changes = [{ entries: [seed(undefined)] }, { endsAtMs: 3000 }]
  for (let look = 0; look < 100; look += 1) {
    const change = look % 10 === 0 ? changes[(look / 10) % 2] : {}
    expect(end.isExpired({ ...late, ...change }, 2000)).toBe(false)
  }
})

it('ends at once where the seeds say that it has', () => {
  const verdict = new TransferError('SHARE_EXPIRED', 'It has expired.')
  const share = { entries: [seed(verdict)], verdict, endsAtMs }
  expect(new ServingEnd().isExpired(share, 0)).toBe(true)
})

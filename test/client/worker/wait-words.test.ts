import { describe, expect, it } from 'vitest'
import { TransferError, type FaultCode } from '../../../protocol/errors.ts'
import { hostSeed } from '../receive/host-seed.ts'
import type { RosterEntry } from '../../../client/engine/receive/seed-roster.ts'
import {
  absentText,
  hasBusySeed,
  lacksSeeds,
  openingText,
} from '../../../client/worker/wait-words.ts'

it('does not say of seeds that are busy that only others can help', () => {
  const away = { fault: new TransferError('SEED_UNREACHABLE', 'It is down.') }
  const busy = { fault: new TransferError('TOO_MANY_REQUESTS', 'Not now.') }
  expect(lacksSeeds([away, busy])).toBe(false)
  expect(lacksSeeds([away, { fault: undefined }])).toBe(false)
  expect(lacksSeeds([away, away])).toBe(true)
})

it('says while a link opens that a seed is busy, and not that none answers or knows it', () => {
  const busy = { fault: new TransferError('TOO_MANY_REQUESTS', 'Not now.') }
  const unknown = { fault: new TransferError('SHARE_MISSING', 'No such share.') }
  const away = { fault: new TransferError('SEED_UNREACHABLE', 'It is down.') }
  const early = { isFresh: false, isMet: true, peerCount: 0 }
  for (const entries of [[busy], [away, busy], [busy, unknown]]) {
    expect(hasBusySeed(entries)).toBe(true)
    expect(openingText({ ...early, entries })).toBe(
      'A seed that answers has a lot to do just now; this waits its turn.',
    )
  }
  expect(openingText({ ...early, entries: [busy], peerCount: 1 })).toContain('Asking others')
  expect(hasBusySeed([away, unknown])).toBe(false)
  expect(openingText({ ...early, entries: [away] })).toContain('The seeds do not answer.')
})

it('says while a link opens that the clock may be wrong', () => {
  const clock = { fault: new TransferError('CLOCK_WRONG', 'It is ahead.') }
  const early = { isFresh: false, isMet: true, peerCount: 0, entries: [clock] }
  expect(openingText(early)).toContain('The clock of this device may be wrong')
})

describe('a link that opens', () => {
  const early = { isFresh: false, isMet: false, peerCount: 0 }
  const said = (...codes: readonly (FaultCode | undefined)[]): string => {
    const faults = codes.map((code) => code && new TransferError(code, 'As told.'))
    return openingText({ ...early, entries: faults.map((fault) => ({ fault })) })
  }

  it.each(['SEED_UNREACHABLE', 'SHARE_MISSING', 'SHARE_TAKEN_DOWN', 'SHARE_EXPIRED'] as const)(
    'says nothing of all seeds while one is still asked, whatever another said: %s',
    (code) => {
      expect(said(code, undefined)).toBe('Asking the seeds…')
      expect(said()).toBe('Asking the seeds…')
    },
  )

  it.each([
    ['SHARE_TAKEN_DOWN', 'A seed says that these files were taken down'],
    ['SHARE_EXPIRED', 'A seed says that these files have expired'],
  ] as const)('tells what one seed says, and none other brings: %s', (code, words) => {
    const text = `${words}, and no other one brings them. Trying again.`
    expect(said(code, 'SHARE_MISSING')).toBe(text)
    expect(said('SEED_UNREACHABLE', code)).toBe(text)
  })

  it('says that no seed knows the files only once all say so, and that none answers once none does', () => {
    expect(said('SHARE_MISSING', 'SHARE_MISSING')).toContain('No seed knows these files yet.')
    expect(said('SHARE_MISSING', 'SEED_UNREACHABLE')).toBe(
      'No seed that answers knows these files. Trying again.',
    )
    expect(said('SEED_UNREACHABLE', 'SEED_UNREACHABLE')).toBe(
      'The seeds do not answer. Trying again.',
    )
  })
})

describe('a seed that is to keep the share and does not answer', () => {
  const fault = new TransferError('SEED_UNREACHABLE', 'It is down.')
  const seeds = [0, 1, 2].map((i) => hostSeed(i, 1))
  const custodians = seeds.slice(0, 2)
  const entriesOf = (...areThere: readonly boolean[]): RosterEntry[] =>
    areThere.map((isThere, i) => {
      return { seed: hostSeed(i, 1), phase: 'ready', fault: isThere ? undefined : fault }
    })

  it('is named as long as another one brings it', () => {
    const [seed] = seeds
    expect(absentText(entriesOf(false, true), custodians)).toBe(
      `${seed?.operator} (NZ) does not answer just now; the other one brings it.`,
    )
    expect(absentText(entriesOf(false, false, true), custodians)).toContain('do not answer')
    expect(absentText(entriesOf(false, false), custodians)).toBeUndefined()
  })

  it('is not looked for among those that were asked in the place of another', () => {
    expect(absentText(entriesOf(true, true, false), custodians)).toBeUndefined()
  })
})

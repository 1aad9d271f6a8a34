import { describe, expect, it } from 'vitest'
import { saveVerdict } from '../../client/ui/save-words.ts'
import { sendVerdict } from '../../client/ui/send-words.ts'
import { formatLeft, formatPercent, spokenVerdict } from '../../client/ui/when-words.ts'
import { custody, frontier, GB, save, send } from './gallery/samples.ts'

describe('a sender', () => {
  it.each(['preparing', 'sending'] as const)('is told to stay while %s', (phase) => {
    expect(sendVerdict(send({ phase }), false).heading).toBe('Keep this page open')
  })

  it('is told how far it is, how fast, and how long', () => {
    expect(sendVerdict(send(), false).detail).toBe('47 % safe · 12.4 MB/s · about 3 minutes left')
    const unknown = send({ bytesPerSecond: 0, secondsLeft: undefined })
    expect(sendVerdict(unknown, false).detail).toBe('47 % safe')
  })

  it('hears the heading and what is below it, a full stop between them', () => {
    const sending = spokenVerdict(sendVerdict(send(), false))
    expect(sending).toMatch(/^Keep this page open\. 47 % safe/)
    const stored = spokenVerdict(sendVerdict(send({ phase: 'stored', canClose: true }), false))
    expect(stored).toMatch(/^Stored\. You can close this page\. [^.]/)
  })

  it('sees as a part of the ring what it is told, while bytes move', () => {
    expect(sendVerdict(send(), false).share).toBeCloseTo(0.47, 2)
    expect(sendVerdict(send({ bytesPerSecond: 0 }), false).share).toBeUndefined()
    const moving = save({ checkedBytes: 1e9, totalBytes: 4e9, bytesPerSecond: 1e6 })
    expect(saveVerdict(moving).share).toBe(0.25)
    expect(saveVerdict({ ...moving, bytesPerSecond: 0 }).share).toBeUndefined()
  })

  it('is told why it waits', () => {
    const note = 'No seed answers.'
    const still = send({ note, bytesPerSecond: 0, secondsLeft: undefined })
    expect(sendVerdict(still, false)).toMatchObject({
      tone: 'wait',
      detail: 'No seed answers. 47 % safe.',
    })
    expect(sendVerdict(send({ note }), false)).toMatchObject({
      tone: 'busy',
      detail: '47 % safe · 12.4 MB/s · about 3 minutes left. No seed answers.',
    })
  })

  it('may close the page exactly when receipts meet the policy, and no other share needs it', () => {
    const stored = send({ phase: 'stored', canClose: true, custody })
    expect(sendVerdict(stored, false)).toMatchObject({
      tone: 'safe',
      heading: 'Stored. You can close this page.',
    })
    expect(sendVerdict(stored, false).detail).toContain('seeds in Germany and New Zealand')
    expect(sendVerdict(stored, true).heading).not.toContain('close')
  })

  it('is told that it is deleted once it is, and to stay until then', () => {
    const deleting = sendVerdict(send({ phase: 'deleting' }), false)
    expect(deleting.heading).toBe('Keep this page open')
    expect(deleting.detail).toContain('is being deleted')
    expect(sendVerdict(send({ phase: 'stopped' }), false).detail).toContain('is deleted')
    const undeleted = sendVerdict(send({ phase: 'undeleted' }), false)
    expect(undeleted.heading).toBe('Stopped, but not deleted')
    expect(undeleted.detail).toContain('owner link')
  })

  it('is not told so by bytes alone', () => {
    const all = send({ frontier: frontier(GB, [1, 1, 1]) })
    expect(sendVerdict(all, false).heading).toBe('Keep this page open')
  })
})

describe('a recipient', () => {
  it.each(['starting', 'saving', 'waiting'] as const)('is told to stay while %s', (phase) => {
    expect(saveVerdict(save({ phase })).heading).toBe('Keep this page open')
  })

  it('is told how much is here, and that the rest is being saved once all is', () => {
    const saving = save({ checkedBytes: 1e9, totalBytes: 4e9, bytesPerSecond: 2e7 })
    expect(saveVerdict(saving).detail).toMatch(/^25 % here and checked · 20.0 MB\/s · about \d/)
    const last = saveVerdict({ ...saving, checkedBytes: 4e9 })
    expect(last.detail).toBe('All of it is here and checked. Saving the rest…')
    const note = 'Waiting for the sender.'
    const unsealed = saveVerdict({ ...saving, checkedBytes: 4e9, phase: 'waiting', note })
    expect(unsealed.detail).toBe('All of it is here and checked. Waiting for the sender.')
  })

  it('is told that all of it is there only once it is', () => {
    expect(saveVerdict(save({ phase: 'done' })).detail).toBe(
      'Complete: 4.20 GB, every byte checked.',
    )
    for (const phase of ['stopped', 'failed'] as const) {
      expect(saveVerdict(save({ phase })).detail).toContain('not complete')
      const early = saveVerdict(save({ phase, checkedBytes: 0 }))
      expect(early.detail).toBe('Nothing of it had arrived.')
    }
  })
})

describe('figures', () => {
  it.each([
    [0, 'less than a minute left'],
    [59, 'less than a minute left'],
    [61, 'about 1 minute left'],
    [178, 'about 3 minutes left'],
    [89 * 60, 'about 89 minutes left'],
    [100 * 60, 'about 2 hours left'],
    [40 * 3600, 'about 40 hours left'],
  ])('%i seconds are %s', (seconds, words) => {
    expect(formatLeft(seconds)).toBe(words)
  })

  it('never say 100 % before the last byte', () => {
    expect(formatPercent(99_999_999, 100_000_000)).toBe('99 %')
    expect(formatPercent(1, 1)).toBe('100 %')
    expect(formatPercent(0, 0)).toBe('100 %')
  })
})

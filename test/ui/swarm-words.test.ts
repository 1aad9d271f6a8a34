import { describe, expect, it } from 'vitest'
import { mayHelp, modeOf } from '../../client/worker/swarm-words.ts'
import { GB, MB, swarm } from './gallery/samples.ts'

describe('whom a page speaks to', () => {
  it('is seeds only until the person answers', () => {
    expect(swarm()).toMatchObject({ mode: 'seeds-only', question: { isOpen: true } })
    expect(swarm({ chosen: 'direct' })).toMatchObject({
      mode: 'direct',
      question: { isOpen: false },
    })
  })

  it('is the answer or what the sender fixed, whichever is stricter', () => {
    const modes = ['direct', 'relayed', 'seeds-only'] as const
    const way = { hasRelay: true, canConnect: true }
    const table = modes.map((fixed) => modes.map((chosen) => modeOf({ ...way, chosen, fixed })))
    expect(table).toEqual([
      ['direct', 'relayed', 'seeds-only'],
      ['relayed', 'relayed', 'seeds-only'],
      ['seeds-only', 'seeds-only', 'seeds-only'],
    ])
  })

  it('is nobody but seeds where the sender, the browser or the network allows nothing else, and nothing is asked', () => {
    const cases = [
      [swarm({ chosen: 'direct', fixed: 'seeds-only' }), 'The sender chose'],
      [swarm({ chosen: 'direct', canConnect: false }), 'This browser cannot connect'],
      [swarm({ chosen: 'direct', fixed: 'relayed', hasRelay: false }), 'This network has none'],
    ] as const
    for (const [{ mode, modeText, question, giving }, words] of cases) {
      expect({ mode, question, giving }).toEqual({
        mode: 'seeds-only',
        question: undefined,
        giving: undefined,
      })
      expect(modeText).toContain(words)
    }
  })

  it('is said with who sees whose address', () => {
    const asked = swarm().question
    expect(asked?.text).toBe('Let others with this link help? They will see your IP address.')
    expect(asked?.answers.map(({ mode }) => mode)).toEqual(['direct', 'relayed', 'seeds-only'])
    const fixed = swarm({ fixed: 'relayed' }).question
    expect(fixed?.text).toContain('The sender chose that it goes through a relay')
    expect(fixed?.answers.map(({ mode }) => mode)).toEqual(['direct', 'seeds-only'])
    expect(swarm({ chosen: 'direct' }).modeText).toContain('They see your IP address')
    expect(swarm({ chosen: 'relayed' }).modeText).toContain('do not see your IP address')
    expect(swarm({ chosen: 'seeds-only' }).modeText).toContain('do not see your IP address')
  })

  it('is asked with more weight only where nobody else may have it', () => {
    expect(swarm({ isUrgent: true }).question).toMatchObject({ isUrgent: true })
    expect(swarm({ isUrgent: true, chosen: 'direct' }).question).toMatchObject({ isUrgent: false })
    expect(swarm().question?.detail).toContain('nothing waits for your answer')
    expect(swarm({ isUrgent: true }).question?.detail).toContain('only they can')
  })

  it('offers no relay where the network has none', () => {
    const { question } = swarm({ hasRelay: false })
    expect(question?.answers.map(({ mode }) => mode)).toEqual(['direct', 'seeds-only'])
    expect(swarm({ hasRelay: false, chosen: 'relayed' }).modeText).toContain('has none')
  })

  it('is nobody but seeds either once the network lost the relay that was chosen, and a yes is asked for where that would help', () => {
    expect(swarm({ chosen: 'relayed', hasRelay: false, isUrgent: true })).toMatchObject({
      mode: 'seeds-only',
      figures: undefined,
      giving: undefined,
      question: { isUrgent: true, detail: 'No seed has it just now, so only they can.' },
    })
  })

  it.each([
    ['until the person answers', {}, true],
    ['after a yes', { chosen: 'direct' }, true],
    ['through a relay', { chosen: 'relayed' }, true],
    ['not after a no', { chosen: 'seeds-only' }, false],
    ['not through a relay that is not there', { chosen: 'relayed', hasRelay: false }, false],
    ['not where the sender fixed such a relay', { fixed: 'relayed', hasRelay: false }, false],
    ['not where the sender forbade it', { fixed: 'seeds-only' }, false],
    ['not without WebRTC', { canConnect: false }, false],
  ] as const)('may be others who have what no seed has: %s', (_when, part, isSo) => {
    const way = { chosen: undefined, fixed: 'direct', hasRelay: true, canConnect: true } as const
    expect(mayHelp({ ...way, ...part })).toBe(isSo)
  })
})

describe('what came and what is given', () => {
  it('is counted by who brought it', () => {
    const here = swarm({ chosen: 'direct', peerCount: 3, peerBytes: 212 * MB, seedBytes: 1.1 * GB })
    expect(here.figures).toBe(
      '3 others are connected · 212 MB came from others, 1.10 GB from seeds',
    )
    expect(swarm({ chosen: 'direct', peerCount: 1 }).figures).toBe('1 other is connected')
    expect(swarm().figures).toBeUndefined()
  })

  it.each([
    [{ isOn: false }, 'Off.'],
    [{ isOn: false, givenBytes: 96 * MB }, 'Off. 96.0 MB given so far.'],
    [{ isMetered: true }, 'Off on this metered connection.'],
    [
      { isSpent: true, givenBytes: GB },
      'That is given for today; it goes on tomorrow. 1.00 GB given so far.',
    ],
    [{ givenBytes: GB, hasAny: true }, '1.00 GB given so far.'],
    [{ givenBytes: GB }, 'Nothing is kept here for others just now. 1.00 GB given so far.'],
    [{ isLate: true, hasAny: true }, 'Off: these files seem to have expired.'],
    [
      { isRefused: true },
      'Nothing is kept here: the browser has no room for it, or another tab has this link.',
    ],
    [{ isRefused: true, hasAny: true }, 'Nothing was asked for yet.'],
    [{ hasAny: true }, 'Nothing was asked for yet.'],
    [{}, 'What you save here, others can get too.'],
  ])('is said of %o', (giving, words) => {
    expect(swarm({ chosen: 'direct', giving }).giving?.text).toBe(words)
  })
  it.each([
    [{ rest: 'Paused.' }, 'Paused.'],
    [{ rest: 'Paused.', givenBytes: 96 * MB }, 'Paused. 96.0 MB given so far.'],
    [{ rest: 'Paused.', isOn: false }, 'Off.'],
    [{ rest: 'Paused.', isMetered: true }, 'Paused.'],
    [{}, 'Nothing was asked for yet.'],
  ])('is said of a sender with %o', (giving, words) => {
    const page = swarm({ isSender: true, chosen: 'direct', giving: { hasAny: true, ...giving } })
    expect(page.giving?.text).toBe(words)
    // It is met whether it gives or not.
    expect(page.modeText).toBe(
      'People with the link connect to this page too. They see your IP address.',
    )
  })
})

import { expect, it } from 'vitest'
import { TerminalOutput } from '../../../client/cli/terminal-output.ts'
import type { CliEvent } from '../../../client/cli/output.ts'

/** What a person is shown: results, and all else. */
function shownOf(...events: readonly CliEvent[]): { results: string[]; asides: string[] } {
  const [results, asides]: [string[], string[]] = [[], []]
  const result = (text: string): void => void results.push(text)
  using output = new TerminalOutput(result, (text) => void asides.push(text), false)
  for (const event of events) output.event(event)
  return { results, asides }
}

const tokens = { event: 'link', link: 'LINK', owner: 'OWNER', helper: 'HELPER' } as const

it('gives a sender the token for helpers beside that of the owner, and the link alone as a result', () => {
  const { results, asides } = shownOf({ ...tokens, peersForbidden: false })
  expect(results).toEqual(['LINK'])
  expect(asides.join('\n')).toMatch(/delete or extend.*\n {2}OWNER\n.*help-share.*\n {2}HELPER$/)
})

it('gives none where nobody but seeds may carry it', () => {
  const { asides } = shownOf({ ...tokens, peersForbidden: true })
  expect(asides.join('\n')).not.toContain('HELPER')
})

it('says to a helper what is here of how much, and why nothing comes, once', () => {
  const serving = { event: 'serving', peers: 1, givenBytes: 0 } as const
  const waiting = { ...serving, heldBytes: 2e6, totalBytes: 5e6, note: 'Asking the seeds.' }
  const { asides } = shownOf(serving, waiting, waiting, { ...serving, heldBytes: 0 })
  expect(asides).toEqual([
    '0 bytes given; connected to 1 other.',
    '2.00 MB of 5.00 MB here; 0 bytes given; connected to 1 other. Asking the seeds.',
    '0 bytes here; 0 bytes given; connected to 1 other.',
  ])
})

import { expect, it } from 'vitest'
import { openingText, withFaults } from '../../../client/cli/wait-reasons.ts'
import { TransferError, type FaultCode } from '../../../protocol/errors.ts'
import { makeSeed } from '../../protocol/placement-network.ts'

/** What is said of a share whose seed failed with that. */
function textsOf(code: FaultCode, message: string): (string | undefined)[] {
  const named = { operator: 'Harbour', jurisdiction: 'DE', urls: ['https://a.example'] }
  const seed = makeSeed(1, named)
  const fault = new TransferError(code, message)
  const share = { entries: [{ seed, phase: 'failed', fault } as const], knownRecord: undefined }
  return [openingText(share), withFaults('It waits.', share)]
}

it('says of a seed that is away the same, whichever way it was tried last', () => {
  const reason = 'Harbour (DE): a.example cannot be reached.'
  const texts = [`No seed can give the share yet; trying again. ${reason}`, `It waits. ${reason}`]
  for (const message of ['127.0.0.1:1 cannot be reached.', 'It cannot be called.', 'It hung up.'])
    expect(textsOf('SEED_UNREACHABLE', message)).toEqual(texts)
})

it('says that the seeds do not know a share only once all said so', () => {
  const seed = makeSeed(1, { operator: 'Harbour', jurisdiction: 'DE' })
  const fault = new TransferError('SHARE_MISSING', 'No such share here.')
  const unknown = { seed, phase: 'failed', fault } as const
  const asked = { seed: makeSeed(2), phase: 'asking', fault: undefined } as const
  const share = { knownRecord: undefined }
  expect(openingText({ ...share, entries: [unknown, unknown] })).toContain(
    'The seeds do not know this share yet.',
  )
  expect(openingText({ ...share, entries: [unknown, asked] })).toBe(
    'No seed can give the share yet; trying again. Harbour (DE): No such share here.',
  )
})

it('says of a seed that answers what it said', () => {
  const [, text] = textsOf('CLOCK_WRONG', 'Its clock is wrong.')
  expect(text).toBe('It waits. Harbour (DE): Its clock is wrong.')
})

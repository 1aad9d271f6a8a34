import { describe, expect, it } from 'vitest'
import { parseInvitationText } from '../../protocol/invitation-text.ts'
import { INVITATION_LIFE_MS } from '../../protocol/limits.ts'
import { invite, type InvitationOptions } from '../../signal/invitation.ts'
import { NOW_MS } from '../protocol/owner.ts'
import { networkKey } from '../protocol/record/samples.ts'
import { alpha } from './test-seed.ts'
import { TestSignal } from './test-signal.ts'

async function inviteTo(
  signal: TestSignal,
  changes: Partial<InvitationOptions> = {},
): Promise<string> {
  const { keyFile } = signal.options
  const words = { url: 'https://network.example/', jurisdiction: 'DE', operator: ' Küste e. V. ' }
  return invite({ keyFile, ...words, nowMs: () => signal.nowMs, ...changes })
}

describe('an invitation', () => {
  it('needs the key alone, and says where, whom and for how long', async () => {
    await using signal = await TestSignal.open()
    await signal.stop()
    expect(parseInvitationText(await inviteTo(signal))).toMatchObject({
      url: 'https://network.example',
      networkKey,
      invitation: {
        jurisdiction: 'DE',
        operator: 'Küste e. V.',
        notAfterMs: NOW_MS + INVITATION_LIFE_MS,
      },
    })
  })

  it('is another one each time, and lets one seed in', async () => {
    await using signal = await TestSignal.open()
    const [first, second] = await Promise.all([inviteTo(signal), inviteTo(signal)])
    expect(first).not.toBe(second)
    const { record, invitation } = parseInvitationText(first)
    const certificate = await signal.join(alpha, { ...invitation, record })
    expect(certificate.length).toBeGreaterThan(0)
  })

  it.each([
    ['a country of three letters', { jurisdiction: 'DEU' }],
    ['a small-letter country', { jurisdiction: 'de' }],
    ['no name', { operator: ' ' }],
    ['a name that reads backwards', { operator: '\u202Eahpla' }],
    ['no address', { url: 'network.example' }],
    ['no time', { lifeMs: 0 }],
    ['a year', { lifeMs: 366 * 86_400_000 }],
    ['no number of days', { lifeMs: Number.NaN }],
  ])('is not made for %s', async (_name, changes) => {
    await using signal = await TestSignal.open()
    await expect(inviteTo(signal, changes)).rejects.toMatchObject({ code: 'REQUEST_INVALID' })
  })
})

import { describe, expect, it } from 'vitest'
import { publicKeyOf } from '../../protocol/crypto/ed25519.ts'
import { formatInvitationText, parseInvitationText } from '../../protocol/invitation-text.ts'
import { signRecord } from '../../protocol/record/record.ts'
import { networkKey, networkSecret, sampleBodies, seedSecret } from './record/samples.ts'

const url = 'https://network.example/skerry'
const record = signRecord('invitation', sampleBodies.invitation, networkSecret)
const text = formatInvitationText({ url, networkKey, record })
const [base = '', key = '', signed = ''] = text.split('#')

describe('the text of an invitation', () => {
  it.each([text, ` ${text}\n`, text.replaceAll('#', '%23'), text.replace('/skerry#', '/skerry/#')])(
    'gives back where, whom and what: form %#',
    (form) => {
      const invitation = sampleBodies.invitation
      expect(parseInvitationText(form)).toEqual({ url, networkKey, record, invitation })
    },
  )

  it.each([
    ['nothing', ''],
    ['a link', 'https://network.example/#AbC'],
    ['cut off', text.slice(0, -1)],
    ['without its record', `${base}#${key}`],
    ['with more at its end', `${text}#x`],
    ['of another scheme', `ftp://network.example#${key}#${signed}`],
    ['with spaces inside', `${base}#${key} #${signed}`],
    ['under another key', [base, 'A'.repeat(43), signed].join('#')],
    ['signed by a seed', textBy(seedSecret)],
    ['that is a grant', formatInvitationText({ url, networkKey, record: grantRecord() })],
  ])('is refused %s', (_name, wrong) => {
    expect(() => parseInvitationText(wrong)).toThrow(
      expect.objectContaining({ code: 'INVITATION_INVALID' }),
    )
  })

  it('may be of any network: whether it is the right one is not in the text', () => {
    const other = publicKeyOf(seedSecret)
    const own = signRecord('invitation', sampleBodies.invitation, seedSecret)
    const parsed = parseInvitationText(
      formatInvitationText({ url, networkKey: other, record: own }),
    )
    expect(parsed.networkKey).toEqual(other)
  })
})

function textBy(secret: typeof networkSecret): string {
  const forged = signRecord('invitation', sampleBodies.invitation, secret)
  return formatInvitationText({ url, networkKey, record: forged })
}

function grantRecord(): typeof record {
  return signRecord('grant', sampleBodies.grant, networkSecret)
}

import type { Bytes } from '../../protocol/bytes.ts'
import { publicKeyOf } from '../../protocol/crypto/ed25519.ts'
import { formatJoinRequest } from '../../protocol/http/signal-json.ts'
import { parseJurisdiction } from '../../protocol/jurisdiction.ts'
import type { Invitation } from '../../protocol/record/invitation.ts'
import { signRecord } from '../../protocol/record/record.ts'
import type { SeedStatus } from '../../protocol/record/state.ts'
import { seedIdOf, type SeedId } from '../../protocol/seed-id.ts'
import { fixedBytes } from '../protocol/owner.ts'
import { networkKey, networkSecret } from '../protocol/record/samples.ts'

/** A seed with a fixed key, that signs whatever a test asks for. */
export class TestSeed {
  readonly secret: Bytes
  readonly key: Bytes
  readonly id: SeedId
  readonly url: string

  constructor(name: string) {
    this.secret = fixedBytes(`seed ${name}`)
    this.key = publicKeyOf(this.secret)
    this.id = seedIdOf(this.key)
    this.url = `https://${name}.example`
  }

  /** The body of `POST /v1/seeds`. */
  join(invitation: TestInvitation, changes: Partial<JoinWords> = {}): Record<string, unknown> {
    const words = { networkKey, nonce: invitation.nonce, url: this.url, ...changes }
    const join = signRecord('join', words, this.secret)
    return formatJoinRequest({ invitation: invitation.record, join })
  }

  /** The body of `PUT /v1/seeds/:id/state`. */
  state(atMs: number, changes: Partial<SeedStatus> = {}): Bytes {
    const status = { urls: [this.url], state: 'open', freeBytes: 1000, atMs, ...changes } as const
    return signRecord('state', status, this.secret)
  }
}

export const alpha = new TestSeed('alpha')
export const beta = new TestSeed('beta')

type JoinWords = Readonly<{ networkKey: Bytes; nonce: Bytes; url: string }>
export type TestInvitation = Invitation & Readonly<{ record: Bytes }>

/** @param name - Another name is another invitation. */
export function signInvitation(
  name: string,
  changes: Partial<Invitation> = {},
  secret = networkSecret,
): TestInvitation {
  const invitation = {
    jurisdiction: parseJurisdiction('NZ'),
    operator: 'Alpha',
    nonce: fixedBytes(`nonce ${name}`, 16),
    notAfterMs: Date.UTC(2100, 0, 1),
    ...changes,
  }
  return { ...invitation, record: signRecord('invitation', invitation, secret) }
}

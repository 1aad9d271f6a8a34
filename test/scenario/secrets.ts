import { base64urlnopad } from '@scure/base'
import type { Bytes } from '../../protocol/bytes.ts'
import { decodeGenesis } from '../../protocol/genesis.ts'
import { deriveHelpKey, deriveReadToken, deriveSwarmKey } from '../../protocol/key-schedule.ts'
import { parseTokenUrl } from '../../protocol/token.ts'
import { SeedClient } from '../../client/engine/net/seed-client.ts'

/** Something that must not be found, by what it is called, in every form that it could be found in. */
export type Secret = Readonly<{ name: string; forms: readonly Buffer[] }>

/** Texts such as passwords and file names: as they are, in an address, in JSON, and in base64. */
export function secretText(name: string, text: string): Secret {
  const bytes = Buffer.from(text)
  const escaped = JSON.stringify(text).slice(1, -1)
  const forms = [text, encodeURIComponent(text), escaped, bytes.toString('base64url')]
  return { name, forms: [...forms.map((form) => Buffer.from(form)), ...hexOf(bytes)] }
}

/** Keys and tokens: as bytes, in hexadecimal, and in either base64. */
export function secretBytes(name: string, secret: Bytes): Secret {
  const bytes = Buffer.from(secret)
  const [url, plain] = [bytes.toString('base64url'), bytes.toString('base64').replaceAll('=', '')]
  return { name, forms: [bytes, Buffer.from(url), Buffer.from(plain), ...hexOf(bytes)] }
}

/** All that a link and its owner's token hold, but for what seeds are told. */
export async function secretsOf(
  links: Readonly<{ link: string; owner: string }>,
  seedUrl: string,
): Promise<Readonly<{ secrets: Secret[]; readToken: Bytes }>> {
  const { token: link } = parseTokenUrl(links.link)
  const { token: owner } = parseTokenUrl(links.owner)
  if (link.kind !== 'link' || owner.kind !== 'owner') throw new Error('not a link and its owner')
  const genesis = decodeGenesis(
    await new SeedClient({ urls: [seedUrl], shareId: link.shareId }).getGenesis(),
  )
  const helpKey = deriveHelpKey(link.secret)
  const secrets = [
    secretText('the link', fragmentOf(links.link)),
    secretText('the owner token', fragmentOf(links.owner)),
    secretBytes('S', link.secret),
    secretBytes('the owner seed', owner.ownerSeed),
    secretBytes('the help key', helpKey),
    secretBytes('the swarm key', deriveSwarmKey(helpKey, link.shareId)),
  ]
  return { secrets, readToken: deriveReadToken(helpKey, genesis.salt) }
}

/** Which of the secrets are in there, each with a few bytes around it. */
export function found(secrets: readonly Secret[], where: string, bytes: Buffer): string[] {
  return secrets.flatMap(({ name, forms }) => {
    const at = forms.map((form) => bytes.indexOf(form)).find((place) => place >= 0)
    if (at === undefined) return []
    const around = bytes.toString('latin1', Math.max(0, at - 60), at + 20)
    return [`${name} in ${where}: …${around.replaceAll(/[^ -~]/g, '.')}…`]
  })
}

/**
 * Takes out the read token where a seed is told it: in the one header, and as the body of `open`, whose answer is
 * one round trip. Wherever else it is, it stays.
 */
export function withoutReadToken(bytes: Buffer, readToken: Bytes): Buffer {
  const token = base64urlnopad.encode(readToken)
  const text = bytes
    .toString('latin1')
    .replaceAll(new RegExp(`^authorization: Bearer ${token}\r$`, 'gim'), '')
    .replaceAll(`\r\n\r\n${token}`, '')
  return Buffer.from(text, 'latin1')
}

function hexOf(bytes: Buffer): Buffer[] {
  const hex = bytes.toString('hex')
  return [Buffer.from(hex), Buffer.from(hex.toUpperCase())]
}

function fragmentOf(link: string): string {
  return new URL(link).hash.slice(1)
}

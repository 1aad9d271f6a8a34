import { sha256 } from '@noble/hashes/sha2.js'
import { base64urlnopad } from '@scure/base'
import { concat, type Bytes } from '../../../protocol/bytes.ts'
import { formatShareId } from '../../../protocol/share-id.ts'
import { encodeToken, type Token } from '../../../protocol/token.ts'
import { fixedBytes, flipped } from '../../protocol/owner.ts'
import type { VectorFile } from '../vector-file.ts'

const shareId = formatShareId(fixedBytes('share', 20))
const secret = fixedBytes('S', 16)
const tokens: Token[] = [
  { kind: 'link', secret, shareId },
  { kind: 'owner', ownerSeed: fixedBytes('owner'), secret, shareId },
  { kind: 'helper', helpKey: fixedBytes('help'), shareId },
]

export function buildTokens(): VectorFile {
  return { valid: tokens.map(describeToken), invalid: tokens.flatMap(spoil) }
}

function describeToken(token: Token): object {
  const bytes = encodeToken(token)
  return { ...token, bytes, text: base64urlnopad.encode(bytes) }
}

function spoil(token: Token): object[] {
  const bytes = encodeToken(token)
  const text = base64urlnopad.encode(bytes)
  const refuse = (name: string, changed: string): object => {
    return { name: `${token.kind}: ${name}`, text: changed, code: 'LINK_INVALID' }
  }
  return [
    refuse('cut by one letter', text.slice(0, -1)),
    refuse('cut by four letters', text.slice(0, -4)),
    refuse('four letters too many', `${text}AAAA`),
    refuse('padded', `${text}=`),
    refuse('a letter of ordinary base64', `+${text.slice(1)}`),
    refuse('a space inside', `${text.slice(0, 9)} ${text.slice(9)}`),
    refuse('one bit of the secret', base64urlnopad.encode(flipped(bytes, 12))),
    refuse('one bit of the sum', base64urlnopad.encode(flipped(bytes, bytes.length * 8 - 1))),
    refuse('an unknown kind with a right sum', base64urlnopad.encode(resum(flipped(bytes, 2)))),
    ...(bytes.length % 3 === 0 ? [] : [refuse('a spare bit in use', withSpareBit(text))]),
  ]
}

function resum(bytes: Bytes): Bytes {
  const body = bytes.slice(0, -2)
  return concat(body, sha256(body).slice(0, 2))
}

/** The next letter differs in the last bit only, and no byte is made of that. */
function withSpareBit(text: string): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  return text.slice(0, -1) + letters.charAt(letters.indexOf(text.at(-1) ?? '') + 1)
}

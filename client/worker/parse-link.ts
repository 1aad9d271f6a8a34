import { parseTokenUrl, type LinkToken } from '../../protocol/token.ts'
import { wrongKind } from './receive-failure.ts'

/** @throws {TransferError} LINK_INVALID, LINK_WRONG_KIND */
export function parseLink(fragment: string): LinkToken {
  const { token } = parseTokenUrl(`#${fragment}`)
  if (token.kind === 'link') return token
  throw wrongKind(token.kind)
}

import { TransferError } from '../../protocol/errors.ts'
import {
  parseTokenUrl,
  type HelperToken,
  type LinkToken,
  type OwnerToken,
  type Token,
  type TokenUrl,
} from '../../protocol/token.ts'
import { readLink, readSecret } from './secret-input.ts'

const words: Readonly<Record<Token['kind'], string>> = {
  link: 'a link to read files with',
  owner: 'the token that deletes and extends a share',
  helper: 'a token for helpers',
}

/**
 * A link from the command line, a file or standard input.
 *
 * @throws {TransferError} LINK_INVALID, LINK_WRONG_KIND, USAGE
 */
export async function readLinkToken(
  argument: string,
): Promise<{ token: LinkToken; origin: string | undefined }> {
  const { token, origin } = parseTokenUrl(await readLink(argument))
  if (token.kind !== 'link') throw wrongKind(token, 'link')
  return { token, origin }
}

/**
 * An owner token, from a file or standard input only.
 *
 * @throws {TransferError} LINK_INVALID, LINK_WRONG_KIND, USAGE
 */
export async function readOwnerToken(
  file: string,
): Promise<{ token: OwnerToken; origin: string | undefined }> {
  const { token, origin } = await readToken(file, 'the owner token')
  if (token.kind !== 'owner') throw wrongKind(token, 'owner')
  return { token, origin }
}

/**
 * A helper token, from a file or standard input only.
 *
 * @throws {TransferError} LINK_INVALID, LINK_WRONG_KIND, USAGE
 */
export async function readHelperToken(
  file: string,
): Promise<{ token: HelperToken; origin: string | undefined }> {
  const { token, origin } = await readToken(file, 'the helper token')
  if (token.kind !== 'helper') throw wrongKind(token, 'helper')
  return { token, origin }
}

/** A token that is no link, and is not called one. */
async function readToken(file: string, what: string): Promise<TokenUrl> {
  try {
    return parseTokenUrl(await readSecret(file, what))
  } catch (cause) {
    if (!(cause instanceof TransferError) || cause.code !== 'LINK_INVALID') throw cause
    const message = cause.message.replaceAll('link', 'token')
    throw new TransferError('LINK_INVALID', message, { cause })
  }
}

function wrongKind({ kind }: Token, wanted: Token['kind']): TransferError {
  return new TransferError('LINK_WRONG_KIND', `This is ${words[kind]}, not ${words[wanted]}.`)
}

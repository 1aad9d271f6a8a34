import { base64urlnopad } from '@scure/base'
import type { Bytes } from '../../protocol/bytes.ts'
import { isPublicKey } from '../../protocol/crypto/ed25519.ts'
import { TransferError } from '../../protocol/errors.ts'

/** The network that a command asks. */
export type NetworkChoice = Readonly<{
  /** Origin of its signal server. */
  url: string
  /** The key it must have, where the person named one. */
  pinned: Bytes | undefined
}>

/**
 * `--network`, else the host of the link, else SKERRY_NETWORK.
 *
 * @param flag - `URL` or `URL#key`.
 * @param origin - Of the link, if there is a link and it names one.
 * @throws {TransferError} USAGE
 */
export function chooseNetwork(
  flag: string | undefined,
  origin: string | undefined,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): NetworkChoice {
  const text = flag ?? origin ?? environment['SKERRY_NETWORK']
  if (text === undefined || text === '') {
    const message = 'Which network? Say --network URL, or set SKERRY_NETWORK.'
    throw new TransferError('USAGE', message)
  }
  const [address = '', key] = text.trim().split('#', 2)
  const url = URL.parse(address)
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw new TransferError('USAGE', 'A network is named by a URL such as https://skerry.example.')
  }
  return { url: url.origin, pinned: key === undefined || key === '' ? undefined : parseKey(key) }
}

function parseKey(text: string): Bytes {
  try {
    const key = base64urlnopad.decode(text) as Bytes
    if (isPublicKey(key)) return key
  } catch {
    // Said below, for both.
  }
  const message = 'What follows # in the network is not a key. Copy it again, or leave it out.'
  throw new TransferError('USAGE', message)
}

import type { Bytes } from '../bytes.ts'
import { isPublicKey, PUBLIC_KEY_BYTES } from '../crypto/ed25519.ts'
import { assert } from '../errors.ts'
import type { RecordCodec } from './codec.ts'
import { INVITATION_NONCE_BYTES } from './invitation.ts'
import { isSeedUrl } from './seed-url.ts'
import { readLongText, writeLongText } from './text.ts'

/** A seed asks to join, proving that it has its key. Signed by the seed. */
export type Join = Readonly<{
  /** So that a request to one network cannot be replayed to another. */
  networkKey: Bytes
  /** The invitation's. */
  nonce: Bytes
  /** Where the network finds the seed. */
  url: string
}>

/** `network key 32 ‖ nonce 16 ‖ u16 length ‖ URL`. */
export const join: RecordCodec<Join> = {
  id: 10,

  encode({ networkKey, nonce, url }, writer) {
    assert(isPublicKey(networkKey) && isSeedUrl(url), 'a public key and a base URL')
    writer.bytes(networkKey, PUBLIC_KEY_BYTES).bytes(nonce, INVITATION_NONCE_BYTES)
    writeLongText(writer, url)
  },

  decode(reader) {
    const networkKey = reader.bytes(PUBLIC_KEY_BYTES)
    if (!isPublicKey(networkKey)) throw reader.fail('the network has no valid key')
    return {
      networkKey,
      nonce: reader.bytes(INVITATION_NONCE_BYTES),
      url: readLongText(reader, isSeedUrl),
    }
  },
}

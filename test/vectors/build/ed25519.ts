import { concat, type Bytes } from '../../../protocol/bytes.ts'
import { publicKeyOf, sign } from '../../../protocol/crypto/ed25519.ts'
import {
  basePoint,
  decodePoint,
  encodePoint,
  IDENTITY,
  nonCanonical,
  raiseS,
  signOddly,
  smallOrder,
  torsion,
} from '../../protocol/crypto/odd-signatures.ts'
import { fixedBytes, flipped } from '../../protocol/owner.ts'
import type { VectorFile } from '../vector-file.ts'

const secretKey = fixedBytes('ed25519')
const publicKey = publicKeyOf(secretKey)
const message = fixedBytes('message')
const signature = sign(message, secretKey)
const nonce = 12_345n
const R = basePoint(nonce)

export function buildEd25519(): VectorFile {
  const mixedKey = encodePoint(decodePoint(publicKey).add(torsion))
  const odd = { publicKey, nonce, R }
  return {
    valid: [
      describeSignature('of an honest signer', {}),
      describeSignature('key of mixed order', {
        publicKey: mixedKey,
        signature: signOddly(secretKey, message, { ...odd, publicKey: mixedKey }),
      }),
      describeSignature('R of mixed order', {
        signature: signOddly(secretKey, message, { ...odd, R: R.add(torsion) }),
      }),
      describeSignature('R of small order', {
        signature: signOddly(secretKey, message, { ...odd, nonce: 0n, R: IDENTITY }),
      }),
    ],
    invalid: [
      describeSignature('one bit of R', { signature: flipped(signature, 3) }),
      describeSignature('one bit of S', { signature: flipped(signature, 259) }),
      describeSignature('another message', { message: fixedBytes('another') }),
      describeSignature('S plus the group order', { signature: raiseS(signature) }),
      ...nonCanonical.slice(0, 2).map((point, i) =>
        describeSignature(`R not canonical, ${i}`, {
          signature: concat(point, signature.subarray(32)),
        }),
      ),
      ...smallOrder.map((key, i) =>
        describeSignature(`key of small order, ${i}`, {
          publicKey: key,
          signature: concat(encodePoint(IDENTITY), new Uint8Array(32)),
        }),
      ),
    ],
  }
}

function describeSignature(
  name: string,
  changes: { publicKey?: Bytes; message?: Bytes; signature?: Bytes },
): object {
  return { name, publicKey, message, signature, ...changes }
}

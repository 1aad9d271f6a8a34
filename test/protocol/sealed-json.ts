import { concat, encodeUtf8, type Bytes } from '../../protocol/bytes.ts'
import { webEngine } from '../../protocol/crypto/engine.ts'
import type { ContentKeys } from '../../protocol/key-schedule.ts'
import { paddedBytes } from '../../protocol/padme.ts'
import { shareIdBytes, type ShareId } from '../../protocol/share-id.ts'

const LABEL = encodeUtf8('skerry/1 index\0')

/** Seals any text as an index, as an owner would who does not keep to the format. */
export async function sealJson(
  keys: Pick<ContentKeys, 'indexKey' | 'nonceKey'>,
  shareId: ShareId,
  json: string | Bytes,
  { isPadded = false } = {},
): Promise<Bytes> {
  const bytes = typeof json === 'string' ? encodeUtf8(json) : json
  const plain = isPadded ? bytes : pad(bytes)
  const mac = await webEngine.hmacSha256(keys.nonceKey, concat(LABEL, plain))
  const nonce = mac.slice(0, 12)
  const aad = concat(LABEL, shareIdBytes(shareId))
  return concat(nonce, await webEngine.gcmSeal(keys.indexKey, nonce, aad, plain))
}

function pad(json: Bytes): Bytes {
  const plain = new Uint8Array(paddedBytes(json.length)).fill(0x20)
  plain.set(json)
  return plain
}

import { concat, encodeUtf8, type Bytes } from './bytes.ts'
import { ByteWriter } from './byte-writer.ts'
import { engine, type CryptoEngine } from './crypto/engine.ts'
import { assert, TransferError } from './errors.ts'
import { free } from './memory.ts'
import type { ContentKeys } from './key-schedule.ts'
import { CHUNK_PLAIN_BYTES, CHUNKS_MAX, NONCE_BYTES, SEALED_OVERHEAD_BYTES } from './limits.ts'
import { shareIdBytes, type ShareId } from './share-id.ts'

/** Where a chunk stands: it is authenticated with the bytes, so it cannot be moved, repeated or cut off. */
export type ChunkPlace = Readonly<{ shareId: ShareId; index: number; isFinal: boolean }>

type ChunkKeys = Pick<ContentKeys, 'chunkKey' | 'nonceKey'>

const LABEL = encodeUtf8('skerry/1 chunk\0')

/**
 * Seals one chunk: nonce 12 ‖ AES-256-GCM ciphertext ‖ tag 16.
 *
 * The nonce is a MAC of place and content, so sealing is deterministic and no nonce ever serves two contents
 * (but with probability below 2^-50), whatever is resumed, repeated or changed.
 *
 * @param plain - CHUNK_PLAIN_BYTES bytes; the final chunk has 1 to CHUNK_PLAIN_BYTES.
 * @see SPEC.md §5, after SIV: RFC 5297
 */
export async function sealChunk(
  keys: ChunkKeys,
  place: ChunkPlace,
  plain: Bytes,
  crypto: CryptoEngine = engine,
): Promise<Bytes> {
  assert(isChunkLength(plain.length, place), 'as many plain bytes as this chunk has')
  assert(place.index >= 0 && place.index < CHUNKS_MAX, 'a chunk index within the limit')
  const position = positionBytes(place)
  const content = concat(position, plain)
  const mac = await crypto.hmacSha256(keys.nonceKey, content)
  free(content)
  const nonce = mac.slice(0, NONCE_BYTES)
  const body = await crypto.gcmSeal(keys.chunkKey, nonce, additionalData(place), plain)
  const sealed = concat(nonce, body)
  free(body)
  return sealed
}

/**
 * Opens one sealed chunk.
 *
 * @returns The plain bytes, SEALED_OVERHEAD_BYTES fewer.
 * @throws {TransferError} CHUNK_FORGED if key, place, length or a single bit is not as sealed.
 */
export async function openChunk(
  keys: Pick<ContentKeys, 'chunkKey'>,
  place: ChunkPlace,
  sealed: Bytes,
  crypto: CryptoEngine = engine,
): Promise<Bytes> {
  if (!isChunkLength(sealed.length - SEALED_OVERHEAD_BYTES, place)) {
    throw new TransferError('CHUNK_FORGED', `chunk ${place.index} has a wrong length`)
  }
  const nonce = sealed.slice(0, NONCE_BYTES)
  try {
    const body = sealed.subarray(NONCE_BYTES)
    return await crypto.gcmOpen(keys.chunkKey, nonce, additionalData(place), body)
  } catch (cause) {
    throw new TransferError('CHUNK_FORGED', `chunk ${place.index} is not as sealed`, { cause })
  }
}

/** A short chunk that is not the final one would move every file behind it. */
function isChunkLength(plainBytes: number, { isFinal }: ChunkPlace): boolean {
  if (!isFinal) return plainBytes === CHUNK_PLAIN_BYTES
  return plainBytes >= 1 && plainBytes <= CHUNK_PLAIN_BYTES
}

/** u32 i ‖ u8 final */
function positionBytes({ index, isFinal }: ChunkPlace): Bytes {
  return new ByteWriter()
    .u32(index)
    .u8(isFinal ? 1 : 0)
    .finish()
}

function additionalData(place: ChunkPlace): Bytes {
  return concat(LABEL, shareIdBytes(place.shareId), positionBytes(place))
}

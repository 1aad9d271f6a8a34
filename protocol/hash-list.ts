import { sha256 } from '@noble/hashes/sha2.js'
import { encodeUtf8, type Bytes } from './bytes.ts'
import { ByteWriter } from './byte-writer.ts'
import { EXTENT_CHUNKS } from './limits.ts'

/** SHA-256 of a sealed chunk, of an extent's chunk hashes, or of anything else here. */
export const HASH_BYTES = 32

const EXTENT_LABEL = encodeUtf8('skerry/1 extent\0')
const ROOT_LABEL = encodeUtf8('skerry/1 root\0')

/** One extent of the hash list. A recipient may know its hash before it has loaded its chunks' hashes. */
export type ExtentHashes = Readonly<{ hash: Bytes; chunkHashes: Bytes | undefined }>

/** extentHash_e = SHA-256("skerry/1 extent\0" ‖ u32 e ‖ its h_i …). @param chunkHashes - 32 bytes each. */
export function extentHashOf(extent: number, chunkHashes: Bytes): Bytes {
  return hashed(new ByteWriter().bytes(EXTENT_LABEL).u32(extent).bytes(chunkHashes))
}

/** root = SHA-256("skerry/1 root\0" ‖ u32 n ‖ extentHashes). */
export function rootOf(chunkCount: number, extentHashes: readonly Bytes[]): Bytes {
  const hash = sha256.create().update(new ByteWriter().bytes(ROOT_LABEL).u32(chunkCount).finish())
  // One by one: half a million hashes are more than one call takes as arguments.
  for (const extentHash of extentHashes) hash.update(extentHash)
  return hash.digest()
}

/** The extent that a chunk is in. */
export function extentOf(index: number): number {
  return Math.floor(index / EXTENT_CHUNKS)
}

export function extentCountOf(chunkCount: number): number {
  return Math.ceil(chunkCount / EXTENT_CHUNKS)
}

/** How many chunks extent `extent` has in a share of `chunkCount`. */
export function extentChunkCount(extent: number, chunkCount: number): number {
  return Math.max(0, Math.min(EXTENT_CHUNKS, chunkCount - extent * EXTENT_CHUNKS))
}

/** Cuts hashes that stand one after the other. @param hashes - A multiple of HASH_BYTES. */
export function splitHashes(hashes: Bytes): Bytes[] {
  const count = hashes.length / HASH_BYTES
  return Array.from({ length: count }, (_, i) => hashes.slice(i * HASH_BYTES, (i + 1) * HASH_BYTES))
}

/** Cuts the chunk hashes from chunk `16·first extent` on into one run of bytes an extent. */
export function splitExtents(hashes: Bytes): Bytes[] {
  const step = EXTENT_CHUNKS * HASH_BYTES
  const count = Math.ceil(hashes.length / step)
  return Array.from({ length: count }, (_, i) => hashes.slice(i * step, (i + 1) * step))
}

function hashed(writer: ByteWriter): Bytes {
  return sha256(writer.finish())
}

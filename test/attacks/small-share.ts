import { acceptCheckpoint, type Accepted, type Offer } from '../../protocol/accept.ts'
import { concat, type Bytes } from '../../protocol/bytes.ts'
import type { Checkpoint } from '../../protocol/checkpoint.ts'
import { sealChunk } from '../../protocol/chunk.ts'
import { webEngine } from '../../protocol/crypto/engine.ts'
import type { Genesis } from '../../protocol/genesis.ts'
import { CHUNK_PLAIN_BYTES } from '../../protocol/limits.ts'
import { chunkCountOf, lastChunkBytes } from '../../protocol/padme.ts'
import { openPublishedChunk, openPublishedIndex } from '../../protocol/published.ts'
import { sealIndex, type ShareIndex } from '../../protocol/share-index.ts'
import { streamBytesOf } from '../../protocol/stream.ts'
import { createOwner, faultOf, NOW_MS, offerOf, type Owner } from '../protocol/owner.ts'

/** A share of three chunks, published and sealed by an honest owner, and all that its seeds hold. */
export type SmallShare = Readonly<{
  owner: Owner
  index: ShareIndex
  sealedIndex: Bytes
  plain: readonly Bytes[]
  chunks: readonly Bytes[]
  /** The sealed checkpoint as a recipient accepted it. */
  accepted: Accepted
  /** Signs another checkpoint over the first `count` chunks, as the owner. */
  offer: (count: number, changes?: Partial<Checkpoint>) => Offer
}>

const INDEX: ShareIndex = [
  { path: 'film.mp4', size: 500_000, type: 'video/mp4' },
  { path: 'notes/read me.txt', size: 60_000 },
]

/** @param name - Another name is another share, with other keys and other bytes. */
export async function createSmallShare(
  name: string,
  changes: Partial<Genesis> = {},
): Promise<SmallShare> {
  const owner = await createOwner(name, changes)
  return publish(owner, INDEX, plainChunks(name, streamBytesOf(INDEX)))
}

/** Seals and publishes whatever it is given, under the keys of `owner`. */
export async function publish(
  owner: Owner,
  index: ShareIndex,
  plain: readonly Bytes[],
): Promise<SmallShare> {
  const { keys, shareId } = owner
  const sealedIndex = await sealIndex(keys, shareId, index)
  const chunks = await Promise.all(
    plain.map((bytes, i) =>
      sealChunk(keys, { shareId, index: i, isFinal: i === plain.length - 1 }, bytes),
    ),
  )
  const hashes = await Promise.all(chunks.map((chunk) => webEngine.sha256(chunk)))
  const named = { indexBytes: sealedIndex.length, indexHash: await webEngine.sha256(sealedIndex) }
  const offer = (count: number, changes: Partial<Checkpoint> = {}): Offer =>
    offerOf(owner, concat(...hashes.slice(0, count)), { ...(count === 0 ? {} : named), ...changes })
  const last = plain.at(-1)?.length ?? 0
  const sealed = offer(plain.length, { seq: 3, state: 'sealed', lastChunkBytes: last })
  const accepted = acceptCheckpoint(sealed, undefined, NOW_MS)
  return { owner, index, sealedIndex, plain, chunks, accepted, offer }
}

/** What a recipient ends up with who is served `sealed` as chunk `index`. */
export function served(share: SmallShare, index: number, sealed: Bytes): Promise<string> {
  const { accepted, owner } = share
  return faultOf(() => openPublishedChunk(accepted, owner.keys, { index, sealed }))
}

/** What a recipient ends up with who is served these bytes as the index. */
export function servedIndex({ accepted, owner }: SmallShare, sealed: Bytes): Promise<string> {
  return faultOf(() => openPublishedIndex(accepted.checkpoint, owner.keys, sealed))
}

function plainChunks(name: string, lengthBytes: number): Bytes[] {
  const count = chunkCountOf(lengthBytes)
  const first = name.charCodeAt(0)
  return Array.from({ length: count }, (_, i) => {
    const length = i === count - 1 ? lastChunkBytes(lengthBytes) : CHUNK_PLAIN_BYTES
    return new Uint8Array(length).map((_zero, at) => first + i + at * 13)
  })
}

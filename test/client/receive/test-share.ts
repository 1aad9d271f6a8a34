import { concat, type Bytes } from '../../../protocol/bytes.ts'
import { deletedCheckpoint, signCheckpoint, type Checkpoint } from '../../../protocol/checkpoint.ts'
import { sealChunk } from '../../../protocol/chunk.ts'
import { engine } from '../../../protocol/crypto/engine.ts'
import { encodeGenesis, shareIdOf, type Genesis } from '../../../protocol/genesis.ts'
import { HASH_BYTES } from '../../../protocol/hash-list.ts'
import {
  deriveContentKeys,
  deriveHelpKey,
  deriveReadToken,
  readHashOf,
} from '../../../protocol/key-schedule.ts'
import { CHUNK_PLAIN_BYTES } from '../../../protocol/limits.ts'
import { chunkCountOf, lastChunkBytes } from '../../../protocol/padme.ts'
import { sealIndex, type ShareIndex } from '../../../protocol/share-index.ts'
import { streamBytesOf } from '../../../protocol/stream.ts'
import { checkpointOf, createOwner, fixedBytes, type Owner } from '../../protocol/owner.ts'
import { createRandom } from '../../random.ts'

export const DAY_MS = 86_400_000
const encoder = new TextEncoder()

/** A share as an honest owner makes it, by protocol code alone, whole in memory. */
export type TestShare = Readonly<{
  owner: Owner
  helpKey: Bytes
  readToken: Bytes
  index: ShareIndex
  sealedIndex: Bytes
  indexHash: Bytes
  /** The files one after the other, and padding. */
  stream: Bytes
  chunks: readonly Bytes[]
  /** 32 bytes a chunk. */
  hashes: Bytes
}>

/** One state of a share, as its owner signed it. */
export type View = Readonly<{ checkpoint: Bytes; hashes: Bytes }>

type Options = Readonly<{
  password?: string
  stream?: (honest: Bytes) => Bytes
  /** What its sender chose, but for a password. */
  genesis?: Partial<Genesis>
}>

/** @param name - Another name is another share, with other keys and other bytes. */
export async function createTestShare(
  name: string,
  index: ShareIndex,
  { password, stream: change = (honest) => honest, genesis }: Options = {},
): Promise<TestShare> {
  const owner = await (password === undefined
    ? createOwner(name, genesis)
    : createProtected(name, password))
  const { keys, shareId } = owner
  const helpKey = deriveHelpKey(owner.secret)
  const stream = change(contentOf(name, index))
  const count = chunkCountOf(stream.length)
  const chunks = await Promise.all(
    Array.from({ length: count }, (_, i) => {
      const plain = stream.slice(i * CHUNK_PLAIN_BYTES, (i + 1) * CHUNK_PLAIN_BYTES)
      return sealChunk(keys, { shareId, index: i, isFinal: i === count - 1 }, plain)
    }),
  )
  const hashes = concat(...(await Promise.all(chunks.map((chunk) => engine.sha256(chunk)))))
  const sealedIndex = await sealIndex(keys, shareId, index)
  const indexHash = await engine.sha256(sealedIndex)
  const readToken = deriveReadToken(helpKey, owner.genesis.salt)
  return { owner, helpKey, readToken, index, sealedIndex, indexHash, stream, chunks, hashes }
}

/** One file of that many chunks. */
export function createBlobShare(
  name: string,
  chunkCount: number,
  options: Options = {},
): Promise<TestShare> {
  return createTestShare(name, [{ path: 'blob.bin', size: blobBytes(chunkCount) }], options)
}

/** The first `count` chunks, open; all of them, sealed, if undefined. */
export function viewOf(
  share: TestShare,
  count = share.chunks.length,
  changes: Partial<Checkpoint> = {},
): View {
  const isSealed = count === share.chunks.length
  const hashes = share.hashes.slice(0, count * HASH_BYTES)
  const nowMs = Date.now()
  const checkpoint = checkpointOf(share.owner, hashes, {
    seq: count + 1,
    state: isSealed ? 'sealed' : 'open',
    issuedAtMs: nowMs - 60_000,
    expiresAtMs: nowMs + DAY_MS,
    ...(isSealed ? { lastChunkBytes: lastChunkBytes(share.stream.length) } : {}),
    ...(count === 0 ? {} : { indexBytes: share.sealedIndex.length, indexHash: share.indexHash }),
    ...changes,
  })
  return { checkpoint: signCheckpoint(checkpoint, share.owner.ownerSeed), hashes }
}

export function deletedView({ owner }: TestShare): View {
  const checkpoint = deletedCheckpoint(owner.shareId, 1000, Date.now() - 1000)
  return { checkpoint: signCheckpoint(checkpoint, owner.ownerSeed), hashes: new Uint8Array(0) }
}

/** Where each file lies in the stream. */
export function fileBytes({ index, stream }: TestShare, path: string): Bytes {
  let start = 0
  for (const entry of index) {
    if (entry.path === path) return stream.slice(start, start + entry.size)
    start += entry.size
  }
  throw new Error(`no file ${path}`)
}

function contentOf(name: string, index: ShareIndex): Bytes {
  const stream = new Uint8Array(streamBytesOf(index))
  const total = index.reduce((sum, { size }) => sum + size, 0)
  const seed = encoder.encode(name).reduce((sum, byte) => (sum * 31 + byte) >>> 0, 7)
  const random = createRandom(seed)
  const words = new Uint32Array(Math.ceil(total / 4)).map(() => random() * 2 ** 32)
  stream.set(new Uint8Array(words.buffer).subarray(0, total))
  return stream
}

/** So many bytes that the padded stream has exactly `chunkCount` chunks. */
function blobBytes(chunkCount: number): number {
  let size = chunkCount * CHUNK_PLAIN_BYTES
  while (chunkCountOf(streamBytesOf([{ path: 'x', size }])) > chunkCount) size -= 1000
  return size
}

async function createProtected(name: string, text: string): Promise<Owner> {
  const plain = await createOwner(name)
  const { salt } = plain.genesis
  const parameters = { kdfLogN: 17, passSalt: fixedBytes(`${name} pass`, 16) }
  const keys = await deriveContentKeys(plain.secret, salt, { text, parameters })
  const readHash = readHashOf(deriveReadToken(deriveHelpKey(plain.secret), salt))
  const genesis = { ...plain.genesis, ...parameters, keyCommit: keys.keyCommit, readHash }
  const genesisBytes = encodeGenesis(genesis)
  return { ...plain, genesis, genesisBytes, keys, shareId: shareIdOf(genesisBytes) }
}

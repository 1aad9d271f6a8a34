import { sha256 } from '@noble/hashes/sha2.js'
import { createHash } from 'node:crypto'
import { encodeCheckpointMessage } from '../../protocol/accept.ts'
import { concat, encodeUtf8, type Bytes } from '../../protocol/bytes.ts'
import { deletedCheckpoint, signCheckpoint, type Checkpoint } from '../../protocol/checkpoint.ts'
import type { Genesis } from '../../protocol/genesis.ts'
import { deriveHelpKey, deriveReadToken } from '../../protocol/key-schedule.ts'
import { EXTENT_CHUNKS, SEALED_CHUNK_BYTES_MAX } from '../../protocol/limits.ts'
import { signRecord } from '../../protocol/record/record.ts'
import type { ShareId } from '../../protocol/share-id.ts'
import { checkpointOf, createOwner, fixedBytes, NOW_MS, type Owner } from '../protocol/owner.ts'

/** Ed25519 secret key of the network in tests. */
export const NETWORK_SECRET = fixedBytes('network')
export const DAY_MS = 86_400_000

export type SentShareOptions = Readonly<{
  chunkCount: number
  /** Plain bytes of the last chunk of the sealed share. */
  lastChunkBytes?: number
  maxChunks?: number
  genesis?: Partial<Genesis>
}>

/** A share as a sender would send it. A seed knows only hashes, so its sealed bytes are any bytes. */
export class SentShare {
  readonly owner: Owner
  readonly readToken: Bytes
  readonly grant: Bytes
  readonly chunks: readonly Bytes[]
  readonly index = patternBytes('index', 4124)
  readonly #hashes: Bytes
  readonly #lastChunkBytes: number

  private constructor(name: string, owner: Owner, options: SentShareOptions) {
    const { chunkCount, lastChunkBytes = 1000, maxChunks = Math.max(1, chunkCount) } = options
    this.owner = owner
    this.#lastChunkBytes = lastChunkBytes
    this.readToken = deriveReadToken(deriveHelpKey(owner.secret), owner.genesis.salt)
    const leave = { shareId: owner.shareId, maxChunks, notAfterMs: NOW_MS + 400 * DAY_MS }
    this.grant = signRecord('grant', leave, NETWORK_SECRET)
    this.chunks = Array.from({ length: chunkCount }, (_, i) =>
      patternBytes(
        `${name} ${i}`,
        i === chunkCount - 1 ? lastChunkBytes + 28 : SEALED_CHUNK_BYTES_MAX,
      ),
    )
    this.#hashes = concat(...this.chunks.map((chunk) => hashOf(chunk)))
  }

  static async make(name: string, options: SentShareOptions): Promise<SentShare> {
    return new SentShare(name, await createOwner(name, options.genesis), options)
  }

  get id(): ShareId {
    return this.owner.shareId
  }

  get hashes(): Bytes {
    return this.#hashes
  }

  /** The request that tells a seed of the share. */
  get creation(): { shareId: ShareId; genesis: Bytes; grant: Bytes; readToken: Bytes } {
    const { genesisBytes: genesis } = this.owner
    return { shareId: this.id, genesis, grant: this.grant, readToken: this.readToken }
  }

  /** All sealed chunks, one after the other. */
  get data(): Bytes {
    return concat(...this.chunks)
  }

  /** A signed checkpoint over the first `n` chunks: open unless told otherwise. */
  checkpoint(n: number, changes: Partial<Checkpoint> = {}): Bytes {
    return signCheckpoint(this.#fields(n, changes), this.owner.ownerSeed)
  }

  /** A checkpoint as it travels, with the hashes from chunk `first` on. */
  message(n: number, changes: Partial<Checkpoint> = {}, first = 0): Bytes {
    const hashes = this.#hashes.slice(first * 32, n * 32)
    return encodeCheckpointMessage({ checkpoint: this.checkpoint(n, changes), first, hashes })
  }

  /** The sealed checkpoint over everything. */
  sealed(changes: Partial<Checkpoint> = {}): Bytes {
    const lastChunkBytes = this.#lastChunkBytes
    return this.message(this.chunks.length, { seq: 9, state: 'sealed', lastChunkBytes, ...changes })
  }

  deletion(seq = 10, issuedAtMs = NOW_MS): Bytes {
    const deleted = deletedCheckpoint(this.id, seq, issuedAtMs)
    const checkpoint = signCheckpoint(deleted, this.owner.ownerSeed)
    return encodeCheckpointMessage({ checkpoint, first: 0, hashes: new Uint8Array(0) })
  }

  /** Chunks `first` to `last` as one upload. */
  upload(first: number, last: number): { start: number; end: number; body: AsyncIterable<Bytes> } {
    const chunks = this.chunks.slice(first, last + 1)
    const start = first * SEALED_CHUNK_BYTES_MAX
    const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0)
    return { start, end: start + length - 1, body: bodyOf(chunks) }
  }

  /** First and last chunk of every extent. */
  get extents(): (readonly [first: number, last: number])[] {
    const count = Math.ceil(this.chunks.length / EXTENT_CHUNKS)
    return Array.from({ length: count }, (_, e) => [
      e * EXTENT_CHUNKS,
      Math.min((e + 1) * EXTENT_CHUNKS, this.chunks.length) - 1,
    ])
  }

  #fields(n: number, changes: Partial<Checkpoint>): Checkpoint {
    const base = checkpointOf(this.owner, this.#hashes.slice(0, n * 32))
    const index = n === 0 ? {} : { indexBytes: this.index.length, indexHash: hashOf(this.index) }
    return { ...base, ...index, expiresAtMs: NOW_MS + 7 * DAY_MS, ...changes }
  }
}

/** A body in parts that fall on no chunk's border. */
export async function* bodyOf(chunks: readonly Bytes[], partBytes = 65_521): AsyncGenerator<Bytes> {
  const all = concat(...chunks)
  for (let offset = 0; offset < all.length; offset += partBytes) {
    yield all.slice(offset, offset + partBytes)
  }
}

/** Bytes that differ from those of any other name, quick to make. */
function patternBytes(name: string, length: number): Bytes {
  const block = sha256(encodeUtf8(name))
  const bytes = new Uint8Array(length)
  for (let offset = 0; offset < length; offset += block.length) {
    bytes.set(block.subarray(0, Math.min(block.length, length - offset)), offset)
  }
  return bytes
}

function hashOf(bytes: Bytes): Bytes {
  return new Uint8Array(createHash('sha256').update(bytes).digest())
}

import { deepEqual, equal, ok } from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { SeedWriter } from '../../client/engine/net/seed-writer.ts'
import { concat, type Bytes } from '../../protocol/bytes.ts'
import { openCheckpoint, type Checkpoint } from '../../protocol/checkpoint.ts'
import { TransferError } from '../../protocol/errors.ts'
import { EXTENT_CHUNKS } from '../../protocol/limits.ts'
import { ChunkSet } from '../../protocol/swarm/chunk-set.ts'
import { SentShare } from '../seed/sent-share.ts'

/** Not a whole number of extents. */
const RAW_CHUNKS = 40
const LAST_CHUNK_BYTES = 1000
/** Checkpoints in their order: how many chunks each covers. The last one seals. */
const STEPS = [16, 32, RAW_CHUNKS]

export type RawUploadPorts = Readonly<{
  random: () => number
  /** Told whenever the seed has answered for something. */
  onAnswer: () => void
}>

/** One share on its way to one seed, without anything between: what it answered for, and whether that is so. */
export class RawUpload {
  readonly #share: SentShare
  readonly #random: () => number
  readonly #onAnswer: () => void
  #isCreated = false
  #seq = 0
  #isIndexKept = false
  readonly #kept = new Set<number>()
  #deletion: 'none' | 'asked' | 'answered' = 'none'

  private constructor(share: SentShare, { random, onAnswer }: RawUploadPorts) {
    this.#share = share
    this.#random = random
    this.#onAnswer = onAnswer
  }

  static async make(name: string, ports: RawUploadPorts): Promise<RawUpload> {
    const options = { chunkCount: RAW_CHUNKS, lastChunkBytes: LAST_CHUNK_BYTES }
    return new RawUpload(await SentShare.make(name, options), ports)
  }

  /** Uploads what the seed does not hold, in an order by lot and some of it at once. */
  async send(url: string): Promise<void> {
    const client = this.#client(url)
    const { owner, grant } = this.#share
    await client.putShare(concat(owner.genesisBytes, grant))
    this.#isCreated = true
    this.#onAnswer()
    const held = await this.#checkpoint(client)
    const bodies: Promise<unknown>[] = []
    let from = held?.chunkCount ?? 0
    for (const [i, chunkCount] of STEPS.entries()) {
      if (i + 1 > (held?.seq ?? 0)) await this.#publish(client, i + 1, from)
      from = chunkCount
      if (i === 0) await this.#putIndex(client)
      // Kept for the end: the next checkpoint does not wait for it.
      bodies.push(this.#patch(client, i).catch((cause: unknown) => cause))
    }
    const failure = (await Promise.all(bodies)).find((cause) => cause instanceof Error)
    if (failure !== undefined) throw failure
  }

  async delete(url: string): Promise<void> {
    this.#deletion = 'asked'
    const checkpoint = this.#share.deletion(99).slice(0, -4)
    await this.#client(url).putCheckpoint({ checkpoint, first: 0, hashes: new Uint8Array(0) })
    this.#deletion = 'answered'
    this.#onAnswer()
  }

  /**
   * Everything that the seed ever answered for is there, and everything that it serves is right.
   *
   * @returns How many chunks were read.
   */
  async check(url: string): Promise<number> {
    const client = this.#client(url)
    if (!this.#isCreated || (await this.#isDeleted(client))) return 0
    deepEqual(await client.getGenesis(), this.#share.owner.genesisBytes)
    const checkpoint = await this.#checkpoint(client)
    ok((checkpoint?.seq ?? 0) >= this.#seq, `checkpoint ${this.#seq} was answered for`)
    if (checkpoint === undefined) return 0
    if (this.#isIndexKept) deepEqual(await client.getIndex(), this.#share.index)
    const held = new ChunkSet(checkpoint.chunkCount, await client.getHeld())
    for (const chunk of this.#kept) ok(held.has(chunk), `chunk ${chunk} was answered for`)
    for (let at = held.nextFrom(0); at !== undefined;) {
      const end = range(at, RAW_CHUNKS).find((chunk) => !held.has(chunk)) ?? RAW_CHUNKS
      await this.#read(client, at, end)
      at = held.nextFrom(end)
    }
    return held.size
  }

  async #publish(client: SeedWriter, seq: number, from: number): Promise<void> {
    const chunkCount = STEPS[seq - 1] ?? RAW_CHUNKS
    const sealed = { state: 'sealed', lastChunkBytes: LAST_CHUNK_BYTES } as const
    const changes = chunkCount === RAW_CHUNKS ? sealed : {}
    const checkpoint = this.#share.checkpoint(chunkCount, { seq, ...changes })
    const first = from - (from % EXTENT_CHUNKS)
    const hashes = this.#share.hashes.slice(first * 32, chunkCount * 32)
    await client.putCheckpoint({ checkpoint, first, hashes })
    this.#seq = seq
    this.#onAnswer()
  }

  async #putIndex(client: SeedWriter): Promise<void> {
    await client.putIndex(this.#share.index)
    this.#isIndexKept = true
    this.#onAnswer()
  }

  /** What is missing of one extent, or sometimes all of it again: in one body or two. */
  async #patch(client: SeedWriter, extent: number): Promise<void> {
    const first = extent * EXTENT_CHUNKS
    const end = Math.min(first + EXTENT_CHUNKS, RAW_CHUNKS)
    const middle = this.#random() < 0.5 ? end : first + Math.floor(this.#random() * (end - first))
    const isAgain = this.#random() < 0.2
    for (const chunks of [range(first, middle), range(middle, end)]) {
      const start = chunks.find((chunk) => isAgain || !this.#kept.has(chunk))
      if (start === undefined) continue
      const stop = (chunks.at(-1) ?? start) + 1
      await client.patchChunks(start, this.#share.chunks.slice(start, stop))
      for (const chunk of range(start, stop)) this.#kept.add(chunk)
      this.#onAnswer()
    }
  }

  async #read(client: SeedWriter, first: number, end: number): Promise<void> {
    let next = first
    for await (const { index, sealed } of client.getChunks({ first, count: end - first })) {
      equal(index, next, 'a chunk is not served in its place')
      const expected = this.#share.chunks[index] ?? new Uint8Array(0)
      equal(hashOf(sealed), hashOf(expected), `chunk ${index} is served torn`)
      next += 1
    }
    equal(next, end, 'a chunk is held and not served')
  }

  async #isDeleted(client: SeedWriter): Promise<boolean> {
    try {
      await client.getCheckpoint()
    } catch (cause) {
      if (!(cause instanceof TransferError) || cause.code !== 'SHARE_DELETED')
        return this.#isAbsent(cause)
      ok(this.#deletion !== 'none', 'nobody deleted it')
      this.#deletion = 'answered'
    }
    return this.#deletion === 'answered'
  }

  /** Created, and nothing published yet. */
  #isAbsent(cause: unknown): false {
    if (this.#seq === 0 && cause instanceof TransferError && cause.code === 'SHARE_MISSING')
      return false
    throw cause
  }

  async #checkpoint(client: SeedWriter): Promise<Checkpoint | undefined> {
    try {
      const bytes = await client.getCheckpoint()
      return bytes && openCheckpoint(bytes, this.#share.owner.genesis.ownerPublicKey)
    } catch (cause) {
      this.#isAbsent(cause)
      return undefined
    }
  }

  #client(url: string): SeedWriter {
    return new SeedWriter({ urls: [url], shareId: this.#share.id }).authorize(this.#share.readToken)
  }
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i)
}

function hashOf(bytes: Bytes): string {
  return createHash('sha256').update(bytes).digest('hex')
}

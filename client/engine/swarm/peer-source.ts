import type { Accepted } from '../../../protocol/accept.ts'
import type { Bytes } from '../../../protocol/bytes.ts'
import { decodeCheckpoint, openCheckpoint, type Checkpoint } from '../../../protocol/checkpoint.ts'
import { TransferError } from '../../../protocol/errors.ts'
import { decodeGenesis, shareIdOf } from '../../../protocol/genesis.ts'
import { extentCountOf, splitHashes } from '../../../protocol/hash-list.ts'
import type { OpenAnswer } from '../../../protocol/http/open-answer.ts'
import { LONG_POLL_MS_MAX } from '../../../protocol/limits.ts'
import type { ChunkSet } from '../../../protocol/swarm/chunk-set.ts'
import type { SwarmEffect } from '../../../protocol/swarm/swarm-event.ts'
import type { Ask } from '../../../protocol/wire/ask.ts'
import { claimedSeq } from '../../../protocol/wire/checkpoint.ts'
import type { Hello } from '../../../protocol/wire/hello.ts'
import { delay, untilAborted } from '../delay.ts'
import type { ChunkRequest, SealedChunk } from '../net/chunk-stream.ts'
import type { ShareSource, SourceNews } from '../receive/share-source.ts'
import { PeerParts } from './peer-parts.ts'
import { PeerRequests } from './peer-requests.ts'

/** How a source speaks to the other end. */
export type PeerLine = Readonly<{
  want: (index: number) => void
  unwant: (index: number) => void
  /** The chunk was as published. */
  praise: (index: number) => void
  ask: (ask: Ask) => void
}>

export type PeerSourceOptions = Pick<
  Extract<SwarmEffect, { type: 'join' }>,
  'traits' | 'held' | 'hello'
> &
  Readonly<{
    id: string
    name: string
    kind: 'peer' | 'seed-rtc'
    line: PeerLine
    /** What is accepted here of the share already. */
    known: () => Accepted | undefined
    /** The genesis, as soon as anyone showed it here. */
    genesis: () => Promise<Bytes>
  }>

/** What the swarm says about one source. */
export type PeerEffect = Extract<
  SwarmEffect,
  Readonly<{
    type: SourceNews['type'] | 'deliver' | 'release' | 'checkpoint' | 'part' | 'part-refused'
  }>
>

/** One share at the other end of a WebRTC connection, a person's or a seed's: it is gone when that is. */
export class PeerSource implements ShareSource {
  readonly id: string
  readonly name: string
  readonly kind: 'peer' | 'seed-rtc'
  readonly traits: PeerSourceOptions['traits']
  readonly held: PeerSourceOptions['held']
  readonly #options: PeerSourceOptions
  readonly #chunks: PeerRequests<number, Bytes>
  readonly #parts: PeerParts
  readonly #watchers = new Set<(news: SourceNews) => void>()
  readonly #gone = new AbortController()
  readonly #hello: Hello
  #isOpen = false
  /** The newest that it showed, not verified. */
  #checkpoint: Bytes | undefined
  /** The newest that the owner signed: nothing is loaded for any other, whatever it says that there is. */
  #signed: Checkpoint | undefined
  #shown = Promise.withResolvers<void>()

  constructor(options: PeerSourceOptions) {
    const { id, name, kind, traits, held, hello, line } = options
    this.id = id
    this.name = name
    this.kind = kind
    this.traits = traits
    this.held = held
    this.#options = options
    this.#hello = hello
    // Whoever has a chunk may give its memory back.
    this.#chunks = new PeerRequests(name, (sealed) => sealed.slice())
    this.#parts = new PeerParts(name, line.ask)
  }

  /** Aborts when it is gone. */
  get signal(): AbortSignal {
    return this.#gone.signal
  }

  take(effect: PeerEffect): void {
    switch (effect.type) {
      case 'slot':
        this.#isOpen = effect.isOpen
        this.#tell({ type: 'slot', isOpen: effect.isOpen })
        break
      case 'gained':
      case 'lost':
        this.#tell({ type: effect.type, indexes: effect.indexes })
        break
      case 'deliver':
        this.#chunks.answer(effect.index, effect.sealed)
        break
      case 'release':
        this.#chunks.refuse(effect.index, effect.reason)
        break
      case 'checkpoint':
        this.#show(effect.bytes)
        break
      case 'part':
        this.#parts.take(effect.frame)
        break
      case 'part-refused':
        this.#parts.refuse(effect.what, effect.first, effect.reason)
    }
  }

  /** The connection is over. */
  leave(): void {
    this.#gone.abort(new TransferError('SEED_UNREACHABLE', `${this.name} is gone.`))
    this.#chunks.refuseAll('gone')
    this.#parts.refuseAll()
  }

  watch(take: (news: SourceNews) => void): () => void {
    this.#watchers.add(take)
    take({ type: 'slot', isOpen: this.#isOpen })
    return () => this.#watchers.delete(take)
  }

  async getGenesis(signal: AbortSignal): Promise<Bytes> {
    const { shareId } = this.#hello
    const genesis = this.#hello.genesis ?? (await this.#untilGenesis(this.#both(signal)))
    if (shareIdOf(genesis) === shareId) return genesis
    throw new TransferError('GENESIS_INVALID', `${this.name} showed the genesis of another share.`)
  }

  /** What it is shown was decided when the connection was made. */
  authorize(): void {
    // A peer is shown nothing, a seed has seen it in our hello.
  }

  /** What is known here already need not be said again: news of it are for `getCheckpoint`. */
  async open(signal: AbortSignal): Promise<OpenAnswer> {
    const known = this.#options.known()
    if (known !== undefined) {
      const { bytes, extents } = known
      return { checkpoint: bytes, sealedIndex: new Uint8Array(0), extents }
    }
    const both = this.#both(signal)
    const checkpoint = await this.#untilShown(0, both)
    return this.#load(checkpoint, both)
  }

  async getCheckpoint(seq: number, signal: AbortSignal): Promise<Bytes | undefined> {
    const end = new AbortController()
    const both = AbortSignal.any([signal, this.signal, end.signal])
    try {
      const late = delay(LONG_POLL_MS_MAX, both).then(() => undefined)
      return await Promise.race([this.#untilShown(seq, both), late])
    } finally {
      end.abort(new Error('answered'))
    }
  }

  getIndex(signal: AbortSignal): Promise<Bytes> {
    const { indexBytes = 0 } = this.#options.known()?.checkpoint ?? {}
    return this.#parts.index(indexBytes, this.#both(signal))
  }

  getExtentHashes(signal: AbortSignal): Promise<Bytes> {
    return this.#parts.extentHashes(this.#extentCount(), this.#both(signal))
  }

  getChunkHashes(extent: number, signal: AbortSignal): Promise<Bytes> {
    return this.#parts.chunkHashes(extent, this.#extentCount(), this.#both(signal))
  }

  async *getChunks(
    { first, count, onBytes }: ChunkRequest,
    signal: AbortSignal,
  ): AsyncGenerator<SealedChunk> {
    const { line } = this.#options
    for (let index = first; index < first + count; index += 1) {
      const ask = (): void => line.want(index)
      const giveUp = (): void => line.unwant(index)
      const sealed = await this.#chunks.ask(index, { ask, giveUp }, signal)
      onBytes?.(sealed.length)
      yield { index, sealed }
      // Whoever found it wrong does not come back for more.
      line.praise(index)
    }
  }

  /** What it has stands in `held`. */
  async *watchHeld(): AsyncGenerator<ChunkSet> {
    // Nothing to say besides.
  }

  #tell(news: SourceNews): void {
    for (const take of this.#watchers) take(news)
  }

  /** An older one may come after a newer one: the channel keeps no order. */
  #show(bytes: Bytes): void {
    const isOlder =
      this.#checkpoint !== undefined && claimedSeq(bytes) < claimedSeq(this.#checkpoint)
    if (isOlder) return
    this.#checkpoint = bytes
    this.#shown.resolve()
    this.#shown = Promise.withResolvers()
  }

  /** A newcomer like us: somebody else will show it to both. */
  async #untilGenesis(signal: AbortSignal): Promise<Bytes> {
    const known = this.#options.genesis()
    await Promise.race([known, untilAborted(signal)])
    signal.throwIfAborted()
    return known
  }

  /** @throws {TransferError} CHECKPOINT_INVALID unless the owner signed it. */
  async #untilShown(seq: number, signal: AbortSignal): Promise<Bytes> {
    const { ownerPublicKey } = decodeGenesis(await this.#untilGenesis(signal))
    const stopped = untilAborted(signal)
    for (;;) {
      signal.throwIfAborted()
      const bytes = this.#checkpoint
      if (bytes !== undefined && decodeCheckpoint(bytes).seq > seq) {
        this.#signed = openCheckpoint(bytes, ownerPublicKey)
        return bytes
      }
      await Promise.race([this.#shown.promise, stopped])
    }
  }

  async #load(checkpoint: Bytes, signal: AbortSignal): Promise<OpenAnswer> {
    const { chunkCount, indexBytes } = decodeCheckpoint(checkpoint)
    const extentCount = extentCountOf(chunkCount)
    const none = new Uint8Array(0)
    const [sealedIndex, hashes, first] = await Promise.all([
      this.#parts.index(indexBytes, signal),
      this.#parts.extentHashes(extentCount, signal),
      extentCount === 0 ? none : this.#parts.chunkHashes(0, extentCount, signal),
    ])
    const extents = splitHashes(hashes).map((hash, e) => {
      return { hash, chunkHashes: e === 0 ? first : undefined }
    })
    return { checkpoint, sealedIndex, extents }
  }

  /** As many as it or we know of. */
  #extentCount(): number {
    const { chunkCount = 0 } = this.#signed ?? {}
    return extentCountOf(Math.max(chunkCount, this.#options.known()?.checkpoint.chunkCount ?? 0))
  }

  #both(signal: AbortSignal): AbortSignal {
    return AbortSignal.any([signal, this.signal])
  }
}

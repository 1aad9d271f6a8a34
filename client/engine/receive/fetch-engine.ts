import type { Bytes } from '../../../protocol/bytes.ts'
import { TransferError } from '../../../protocol/errors.ts'
import { FETCH_WINDOW_CHUNKS } from '../../../protocol/limits.ts'
import type { ChunkSet } from '../../../protocol/swarm/chunk-set.ts'
import type { FetchEffect, FetchEvent } from '../../../protocol/swarm/fetch-event.ts'
import { FetchPlanner } from '../../../protocol/swarm/fetch-planner.ts'
import type { RunId } from '../../../protocol/swarm/fetch-run.ts'
import type { FetchSource, SourceId } from '../../../protocol/swarm/fetch-source.ts'
import type { FetchWait } from '../../../protocol/swarm/fetch-wait.ts'
import { Alarm } from '../alarm.ts'
import type { SealedChunk } from '../net/chunk-stream.ts'
import type { ChunkSource } from './share-source.ts'

export type FetchOptions<Chunk> = Readonly<{
  /** Of the whole stream. */
  chunkCount: number
  wanted: ChunkSet
  windowChunks?: number
  /** How many of them wait in memory: the others are for a source on this machine to keep. */
  nearChunks?: number
  /** Draws the order, where chunks may come in any: so that others have what this one lacks. */
  random?: () => number
  /** Told of what is about to be asked for, so that its hashes can be there in time. */
  prepare?: (first: number, count: number) => void
  /** @throws {TransferError} HASH_MISMATCH if the source is to blame; anything else ends the download. */
  check: (index: number, sealed: Bytes) => Promise<Chunk>
  /** Takes each wanted chunk once; resolves once it left memory. */
  deliver: (index: number, chunk: Chunk) => Promise<void>
  /** Takes each chunk that is not to be delivered yet: once it is kept, it comes again from where it is. */
  keep?: (index: number, chunk: Chunk) => void
  /** A source failed, or is well again. */
  note: (source: ChunkSource, fault: TransferError | undefined) => void
  /** A chunk of a source was right, and is the first of its index. */
  count?: (source: ChunkSource, bytes: number) => void
  /** A source sent wrong bytes. */
  ban: (source: ChunkSource, fault: TransferError) => void
  nowMs: () => number
}>

/** Bytes of a chunk are reported so often at most. */
const BYTES_MS = 50

/** Does what the FetchPlanner decides: asks sources, checks what comes, and hands it on. */
export class FetchEngine<Chunk> {
  readonly #options: FetchOptions<Chunk>
  readonly #planner: FetchPlanner
  readonly #sources = new Map<SourceId, ChunkSource>()
  readonly #watching = new Set<SourceId>()
  /** What ends the news of each source that tells some. */
  readonly #stops = new Map<SourceId, () => void>()
  /** Gave a right chunk, and did not fail since. */
  readonly #well = new Set<SourceId>()
  readonly #runs = new Map<RunId, AbortController>()
  readonly #done = Promise.withResolvers<void>()
  readonly #stop = new AbortController()
  readonly #alarm: Alarm

  constructor(options: FetchOptions<Chunk>) {
    this.#options = options
    const { chunkCount, wanted, windowChunks = FETCH_WINDOW_CHUNKS, nearChunks } = options
    const { random } = options
    this.#alarm = new Alarm(() => this.#step({ type: 'tick' }), options.nowMs)
    // F25: whatever the order, those whom a seed sent away together do not come back together.
    const order =
      random === undefined ? { random: Math.random } : ({ order: 'rare', random } as const)
    this.#planner = new FetchPlanner({ chunkCount, wanted, windowChunks, nearChunks, ...order })
    this.#done.promise.catch(() => undefined)
  }

  addSource(source: ChunkSource): void {
    this.#sources.set(source.id, source)
    this.#step({ type: 'join', source: source.id, traits: source.traits })
    if (source.held !== undefined) {
      this.#step({ type: 'held', source: source.id, held: source.held })
    }
    const stop = source.watch?.((news) => void this.#step({ ...news, source: source.id }))
    if (stop !== undefined) this.#stops.set(source.id, stop)
  }

  removeSource(id: SourceId): void {
    this.#stops.get(id)?.()
    this.#stops.delete(id)
    this.#step({ type: 'leave', source: id })
    this.#sources.delete(id)
  }

  /** Chunks up to `chunkCount` exist now. */
  publish(chunkCount: number): void {
    this.#step({ type: 'published', chunkCount })
  }

  /** Asks a source what it holds, and goes on listening. */
  watchHeld(id: SourceId): void {
    const source = this.#sources.get(id)
    if (source === undefined || this.#watching.has(id)) return
    this.#watching.add(id)
    void this.#watch(source)
  }

  /** Why nothing moves, undefined while something does. */
  get wait(): FetchWait | undefined {
    return this.#planner.wait(this.#options.nowMs())
  }

  /** What nobody was asked for yet nobody has. */
  get awaitsSender(): boolean {
    return this.#planner.awaitsSender(this.#options.nowMs())
  }

  /** How each source does, the fastest first. */
  get sources(): readonly FetchSource[] {
    return this.#planner.sources()
  }

  /**
   * Resolves when all that was wanted is delivered.
   *
   * @throws The reason of `signal`, or what `deliver` or `check` threw.
   */
  async run(signal: AbortSignal): Promise<void> {
    const stop = (): void => this.#end(signal.reason)
    signal.addEventListener('abort', stop, { once: true })
    if (signal.aborted) stop()
    this.#step({ type: 'tick' })
    try {
      await this.#done.promise
    } finally {
      signal.removeEventListener('abort', stop)
      this.#end(new Error('done'))
    }
  }

  #step(event: FetchEvent): FetchEffect[] {
    if (this.#stop.signal.aborted) return []
    const effects = this.#planner.step(event, this.#options.nowMs())
    for (const effect of effects) this.#do(effect)
    if (event.type !== 'bytes') this.#alarm.set(this.#planner.deadlineMs)
    if (this.#planner.isComplete) this.#done.resolve()
    return effects
  }

  #do(effect: FetchEffect): void {
    switch (effect.type) {
      case 'request':
        void this.#fetch(effect)
        break
      case 'cancel':
        this.#runs.get(effect.run)?.abort(new Error('no longer needed'))
        this.#runs.delete(effect.run)
        break
      case 'ask-held':
        this.watchHeld(effect.source)
        break
      // Seen to where the chunk is at hand.
      case 'deliver':
      case 'keep':
      case 'ban':
    }
  }

  async #fetch(request: Extract<FetchEffect, { type: 'request' }>): Promise<void> {
    const { run, first, count } = request
    const source = this.#sources.get(request.source)
    if (source === undefined) return
    const stop = new AbortController()
    this.#runs.set(run, stop)
    const signal = AbortSignal.any([stop.signal, this.#stop.signal])
    this.#options.prepare?.(first, count)
    const meter = new ByteMeter((bytes) => this.#step({ type: 'bytes', run, bytes }))
    const onBytes = (bytes: number): void => meter.add(bytes, this.#options.nowMs())
    try {
      for await (const chunk of source.getChunks({ first, count, onBytes }, signal)) {
        meter.flush()
        await this.#take(run, source, chunk)
        if (signal.aborted) return
      }
      this.#step({ type: 'end', run })
    } catch (cause) {
      if (!signal.aborted) this.#fail(run, source, cause)
    } finally {
      this.#runs.delete(run)
    }
  }

  async #take(run: RunId, source: ChunkSource, { index, sealed }: SealedChunk): Promise<void> {
    const { length } = sealed
    let chunk: Chunk
    try {
      chunk = await this.#options.check(index, sealed)
    } catch (cause) {
      const isWrong = cause instanceof TransferError && cause.code === 'HASH_MISMATCH'
      // Right bytes that do not open are the owner's doing: no other source has better ones.
      if (isWrong) {
        this.#step({ type: 'corrupt', run, index })
        this.#options.ban(source, cause)
      } else this.#end(cause)
      return
    }
    const effects = this.#step({ type: 'chunk', run, index })
    if (!this.#well.has(source.id)) this.#options.note(source, undefined)
    this.#well.add(source.id)
    const isKept = effects.some((effect) => effect.type === 'keep')
    if (!isKept && !effects.some((effect) => effect.type === 'deliver')) return
    this.#options.count?.(source, length)
    if (isKept) this.#options.keep?.(index, chunk)
    // Not waited for: the next chunk is read while this one is saved, as far as the window reaches.
    else void this.#deliver(index, chunk)
  }

  async #deliver(index: number, chunk: Chunk): Promise<void> {
    try {
      await this.#options.deliver(index, chunk)
      this.#step({ type: 'saved', index })
    } catch (cause) {
      this.#end(cause)
    }
  }

  #fail(run: RunId, source: ChunkSource, cause: unknown): void {
    // Sources fail in words; anything else is a mistake of ours.
    if (!(cause instanceof TransferError)) {
      this.#end(cause)
      return
    }
    this.#step({ type: 'fail', run, fault: cause.code })
    if (cause.code === 'CHUNK_MISSING') return
    this.#well.delete(source.id)
    this.#options.note(source, cause)
  }

  /** What a source holds is a hint: where it cannot be had, the planner tries. */
  async #watch(source: ChunkSource): Promise<void> {
    try {
      for await (const held of source.watchHeld(this.#options.chunkCount, this.#stop.signal)) {
        this.#step({ type: 'held', source: source.id, held })
      }
    } catch (cause) {
      if (!(cause instanceof TransferError) && !this.#stop.signal.aborted) throw cause
      this.#step({ type: 'held', source: source.id, held: undefined })
    } finally {
      this.#watching.delete(source.id)
    }
  }

  #end(reason: unknown): void {
    for (const stop of this.#stops.values()) stop()
    this.#stops.clear()
    this.#done.reject(reason)
    this.#stop.abort(reason)
    this.#alarm.stop()
  }
}

/** Adds up the bytes of a run, so that not every packet is an event. */
class ByteMeter {
  readonly #report: (bytes: number) => void
  #bytes = 0
  #reportedMs = 0

  constructor(report: (bytes: number) => void) {
    this.#report = report
  }

  add(bytes: number, nowMs: number): void {
    this.#bytes += bytes
    if (nowMs - this.#reportedMs < BYTES_MS) return
    this.#reportedMs = nowMs
    this.flush()
  }

  flush(): void {
    if (this.#bytes > 0) this.#report(this.#bytes)
    this.#bytes = 0
  }
}

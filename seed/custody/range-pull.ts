import { extentOf } from '../../protocol/hash-list.ts'
import type { SealedChunk } from '../../client/engine/net/chunk-stream.ts'
import type { SeedClient } from '../../client/engine/net/seed-client.ts'
import { TransferError } from '../../protocol/errors.ts'
import { EXTENT_CHUNKS, PULL_EXTENT_MS_MAX, SEALED_CHUNK_BYTES_MAX } from '../../protocol/limits.ts'
import type { PullRange } from '../../protocol/custody/fill-plan.ts'
import type { Share } from '../catalog/share.ts'
import { sealedChunkBytes } from '../share/data-layout.ts'
import type { ShareService } from '../share-service.ts'

export type Pull = Readonly<{
  shares: ShareService
  share: Share
  client: SeedClient
  range: PullRange
  signal: AbortSignal
}>

/**
 * How a range came in: all of it; up to a hole, at chunk `missing`; not at all, because the source does not answer, or
 * not sensibly; or with bytes of another hash. Whatever was good is durable.
 */
export type Pulled = Readonly<
  { type: 'whole' } | { type: 'cut'; missing: number } | { type: 'broken' } | { type: 'forged' }
>

/**
 * Streams a range of sealed chunks from another seed through the same checks that an upload goes through.
 *
 * @throws What failed here: no space left, or the share was deleted meanwhile.
 */
export async function pullRange(pull: Pull): Promise<Pulled> {
  const { range, client, signal } = pull
  const end = range.first + range.count
  const timer = new PullTimer(signal)
  const chunks = client.getChunks(range, timer.signal)
  try {
    for (let index = range.first; index < end;) {
      timer.restart()
      const extentEnd = Math.min(end, (extentOf(index) + 1) * EXTENT_CHUNKS)
      const outcome = await pullExtent(pull, chunks, { first: index, end: extentEnd })
      if (outcome.type !== 'whole') return outcome
      index = extentEnd
    }
    return { type: 'whole' }
  } finally {
    timer.stop()
    // Ends the request where it was left early.
    await chunks.return(undefined)
  }
}

type Span = Readonly<{ first: number; end: number }>

/** Stores the part of the stream that lies in one extent. */
async function pullExtent(
  { shares, share }: Pull,
  chunks: AsyncGenerator<SealedChunk>,
  span: Span,
): Promise<Pulled> {
  const source = new ExtentSource(chunks, span)
  if (!(await source.begin())) return source.failure ?? { type: 'cut', missing: span.first }
  const start = span.first * SEALED_CHUNK_BYTES_MAX
  const last = span.end - 1
  const { checkpoint } = share
  const lastBytes =
    checkpoint === undefined ? SEALED_CHUNK_BYTES_MAX : sealedChunkBytes(checkpoint, last)
  const end = last * SEALED_CHUNK_BYTES_MAX + lastBytes - 1
  try {
    await shares.putChunks(share.id, { start, end, body: source.body() })
    return { type: 'whole' }
  } catch (cause) {
    const code = cause instanceof TransferError ? cause.code : undefined
    if (code === 'HASH_MISMATCH') return { type: 'forged' }
    if (source.failure !== undefined) return source.failure
    if (source.next < span.end) return { type: 'cut', missing: source.next }
    // As many chunks as there should be, and yet too few bytes.
    if (code === 'REQUEST_INVALID') return { type: 'broken' }
    throw cause
  }
}

/** One extent's part of a stream of chunks, and whether it was the stream that failed. */
class ExtentSource {
  readonly #chunks: AsyncGenerator<SealedChunk>
  readonly #end: number
  #first: SealedChunk | undefined
  /** The first chunk that has not come yet. */
  next: number
  failure: Pulled | undefined = undefined

  constructor(chunks: AsyncGenerator<SealedChunk>, { first, end }: Span) {
    this.#chunks = chunks
    this.#end = end
    this.next = first
  }

  /** Waits for the first chunk. @returns false if there is none. */
  async begin(): Promise<boolean> {
    this.#first = await this.#read()
    return this.#first !== undefined
  }

  async *body(): AsyncGenerator<Uint8Array> {
    for (let chunk = this.#first; chunk !== undefined; chunk = await this.#read()) {
      yield chunk.sealed
      this.next = chunk.index + 1
      if (this.next >= this.#end) return
    }
  }

  async #read(): Promise<SealedChunk | undefined> {
    try {
      const next = await this.#chunks.next()
      return next.done === true ? undefined : next.value
    } catch (cause) {
      this.failure = failureOf(cause, this.next)
      return undefined
    }
  }
}

function failureOf(cause: unknown, missing: number): Pulled {
  const code = cause instanceof TransferError ? cause.code : undefined
  return code === 'CHUNK_MISSING' ? { type: 'cut', missing } : { type: 'broken' }
}

/** A source that drips must not keep chunks from coming from another one. */
class PullTimer {
  readonly #abort = new AbortController()
  readonly signal: AbortSignal
  #timeout: NodeJS.Timeout | undefined

  constructor(signal: AbortSignal) {
    this.signal = AbortSignal.any([signal, this.#abort.signal])
  }

  restart(): void {
    this.stop()
    this.#timeout = setTimeout(() => {
      this.#abort.abort(new TransferError('SEED_UNREACHABLE', 'A seed sends too slowly.'))
    }, PULL_EXTENT_MS_MAX)
  }

  stop(): void {
    clearTimeout(this.#timeout)
  }
}

import { concatAll, type Bytes } from '../../../protocol/bytes.ts'
import { HASH_BYTES } from '../../../protocol/hash-list.ts'
import {
  EXTENT_CHUNKS,
  FRAME_HASHES_MAX,
  INDEX_SLICE_BYTES_MAX,
  PARTS_ASKED_MAX,
} from '../../../protocol/limits.ts'
import type { Refusal } from '../../../protocol/swarm/session-event.ts'
import type { Ask } from '../../../protocol/wire/ask.ts'
import type { Hashes } from '../../../protocol/wire/hashes.ts'
import type { IndexSlice } from '../../../protocol/wire/index-slice.ts'
import { Turns } from '../turns.ts'
import { PeerRequests } from './peer-requests.ts'

type Part = Hashes | IndexSlice

/** Extents whose chunk hashes are asked for together: of 256 MiB, in 32 KiB. */
const AHEAD_EXTENTS = 64

/** Hashes and the index as one peer says them: nothing of it is verified. */
export class PeerParts {
  readonly #ask: (ask: Ask) => void
  readonly #requests: PeerRequests<string, Part>
  readonly #turns = new Turns(PARTS_ASKED_MAX)
  /** The chunk hashes that came last: those of the extents behind are likely wanted next. */
  #ahead: Readonly<{ first: number; hashes: Bytes }> | undefined

  /** @param name - Of the peer, for faults. */
  constructor(name: string, ask: (ask: Ask) => void) {
    this.#ask = ask
    this.#requests = new PeerRequests(name)
  }

  take(frame: Part): void {
    const what = frame.type === 'index' ? 'index' : frame.what
    this.#requests.answer(keyOf(what, frame.first), frame)
  }

  refuse(what: Ask['what'], first: number, why: Refusal): void {
    this.#requests.refuse(keyOf(what, first), why)
  }

  refuseAll(): void {
    this.#requests.refuseAll('gone')
  }

  /** @param lengthBytes - Of the whole index. @throws {TransferError} What the peer answers. */
  index(lengthBytes: number, signal: AbortSignal): Promise<Bytes> {
    return this.#whole('index', { end: lengthBytes, step: INDEX_SLICE_BYTES_MAX }, signal)
  }

  /** @param count - Of all extents. @throws {TransferError} What the peer answers. */
  extentHashes(count: number, signal: AbortSignal): Promise<Bytes> {
    return this.#whole('extents', { end: count, step: FRAME_HASHES_MAX }, signal)
  }

  /** Of one extent. @param extentCount - Of the share. @throws {TransferError} What the peer answers. */
  async chunkHashes(extent: number, extentCount: number, signal: AbortSignal): Promise<Bytes> {
    const known = this.#known(extent)
    if (known.length > 0) return known
    const count = Math.max(1, Math.min(AHEAD_EXTENTS, extentCount - extent))
    const hashes = await this.#part({ type: 'ask', what: 'hashes', first: extent, count }, signal)
    this.#ahead = { first: extent, hashes }
    return this.#known(extent)
  }

  #known(extent: number): Bytes {
    const { first, hashes } = this.#ahead ?? { first: 0, hashes: new Uint8Array(0) }
    const start = extent < first ? hashes.length : (extent - first) * EXTENT_CHUNKS * HASH_BYTES
    return hashes.slice(start, start + EXTENT_CHUNKS * HASH_BYTES)
  }

  /** All of it in order: an answer may hold less than what was asked for. */
  async #whole(
    what: 'index' | 'extents',
    { end, step }: Readonly<{ end: number; step: number }>,
    signal: AbortSignal,
  ): Promise<Bytes> {
    const parts: Bytes[] = []
    const unitBytes = what === 'index' ? 1 : HASH_BYTES
    for (let first = 0; first < end;) {
      const count = Math.min(step, end - first)
      const part = await this.#part({ type: 'ask', what, first, count }, signal)
      parts.push(part)
      first += part.length / unitBytes
    }
    return concatAll(parts)
  }

  async #part(ask: Ask, signal: AbortSignal): Promise<Bytes> {
    const part = await this.#turns.run(() => {
      const question = { ask: (): void => this.#ask(ask) }
      return this.#requests.ask(keyOf(ask.what, ask.first), question, signal)
    })
    return part.type === 'index' ? part.bytes : part.hashes
  }
}

function keyOf(what: Ask['what'], first: number): string {
  return `${what} ${first}`
}

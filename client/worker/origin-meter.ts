import type { ChunkSource } from '../engine/receive/share-source.ts'
import { RateMeter } from './rate-meter.ts'

/** Bytes a second from one kind of sources, and how many of them bring some just now. */
export type Origin = Readonly<{ bytes: number; bytesPerSecond: number; activeCount: number }>

const ACTIVE_MS = 5000

/** What came from seeds, and what from others. */
export class OriginMeter {
  readonly #kinds = { seed: new KindMeter(), peer: new KindMeter() }

  /** A chunk that was right. What is on this machine came from somebody before. */
  count({ id, kind }: Pick<ChunkSource, 'id' | 'kind'>, bytes: number, nowMs: number): void {
    if (kind === 'local') return
    this.#kinds[kind === 'peer' ? 'peer' : 'seed'].count(id, bytes, nowMs)
  }

  of(kind: 'seed' | 'peer', nowMs: number): Origin {
    return this.#kinds[kind].origin(nowMs)
  }
}

class KindMeter {
  readonly #lastMs = new Map<string, number>()
  readonly #rate = new RateMeter()
  #bytes = 0

  count(id: string, bytes: number, nowMs: number): void {
    this.#bytes += bytes
    this.#lastMs.set(id, nowMs)
    this.#rate.count(this.#bytes, nowMs)
  }

  origin(nowMs: number): Origin {
    for (const [id, lastMs] of this.#lastMs) if (lastMs < nowMs - ACTIVE_MS) this.#lastMs.delete(id)
    const activeCount = this.#lastMs.size
    const bytesPerSecond = activeCount === 0 ? 0 : this.#rate.bytesPerSecond
    return { bytes: this.#bytes, bytesPerSecond, activeCount }
  }
}

import type { Bytes } from '../../protocol/bytes.ts'
import type { ChunkSet } from '../../protocol/swarm/chunk-set.ts'
import type { Sink } from '../engine/receive/sink.ts'

/** Tells of each chunk that lies on the disk: others can have it from there. */
export class ServingSink implements Sink {
  readonly #sink: Sink
  readonly #hold: (indexes: readonly number[]) => void

  constructor(sink: Sink, hold: (indexes: readonly number[]) => void) {
    this.#sink = sink
    this.#hold = hold
  }

  get claimed(): ChunkSet {
    return this.#sink.claimed
  }

  read(chunk: number): Promise<Bytes | undefined> {
    return this.#sink.read(chunk)
  }

  async confirm(chunk: number, plain: Bytes): Promise<void> {
    await this.#sink.confirm(chunk, plain)
    this.#hold([chunk])
  }

  async write(chunk: number, plain: Bytes): Promise<void> {
    await this.#sink.write(chunk, plain)
    this.#hold([chunk])
  }
}

import type { Bytes } from '../../../protocol/bytes.ts'
import { assert } from '../../../protocol/errors.ts'
import { EXTENT_CHUNKS } from '../../../protocol/limits.ts'
import { free } from '../../../protocol/memory.ts'
import type { Upload } from './lane.ts'
import type { SealedExtent } from './sealer.ts'

/** The chunks of one body, there for as long as this is not disposed of. */
export type Body = Disposable & Readonly<{ chunks: readonly Bytes[] }>

/** Sealed extents on their way out. Their memory is given back at once when nobody needs it any more. */
export class SealedStore {
  readonly #kept = new Map<number, KeptExtent>()

  add(sealed: SealedExtent): void {
    this.#kept.set(sealed.extent, new KeptExtent(sealed))
  }

  take({ extent, first, count }: Upload): Body {
    const kept = this.#kept.get(extent)
    assert(kept !== undefined, 'an extent that was sealed')
    return kept.take(first % EXTENT_CHUNKS, count)
  }

  /** Nobody asks for the extent any more, unless it is sealed anew. */
  drop(extent: number): void {
    this.#kept.get(extent)?.drop()
    this.#kept.delete(extent)
  }
}

class KeptExtent {
  readonly #sealed: SealedExtent
  #users = 1

  constructor(sealed: SealedExtent) {
    this.#sealed = sealed
  }

  take(offset: number, count: number): Body {
    this.#users += 1
    const chunks = this.#sealed.chunks.slice(offset, offset + count)
    return { chunks, [Symbol.dispose]: () => this.drop() }
  }

  drop(): void {
    this.#users -= 1
    if (this.#users === 0) for (const chunk of this.#sealed.chunks) free(chunk)
  }
}

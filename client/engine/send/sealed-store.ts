import { assert } from '../../../protocol/errors.ts'
import { EXTENT_CHUNKS } from '../../../protocol/limits.ts'
import { cutBody, freeBody, packChunks, type UploadBody } from '../net/upload-body.ts'
import type { Upload } from './lane.ts'
import type { SealedExtent } from './sealer.ts'

/** The chunks of one body, there for as long as this is not disposed of. */
export type Body = Disposable & Readonly<{ content: UploadBody }>

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

  clear(): void {
    for (const extent of this.#kept.keys()) this.drop(extent)
  }
}

class KeptExtent {
  readonly #content: UploadBody
  #users = 1

  constructor({ chunks }: SealedExtent) {
    this.#content = packChunks(chunks)
  }

  take(offset: number, count: number): Body {
    this.#users += 1
    const content = cutBody(this.#content, offset, count)
    return { content, [Symbol.dispose]: () => this.drop() }
  }

  drop(): void {
    this.#users -= 1
    if (this.#users === 0) freeBody(this.#content)
  }
}

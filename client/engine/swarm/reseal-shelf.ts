import type { Bytes } from '../../../protocol/bytes.ts'
import { sealChunk } from '../../../protocol/chunk.ts'
import type { ContentKeys } from '../../../protocol/key-schedule.ts'
import type { ShareId } from '../../../protocol/share-id.ts'
import { free } from '../../../protocol/memory.ts'
import type { SealedShelf } from './share-shelf.ts'

export type ResealPlan = Readonly<{
  shareId: ShareId
  keys: ContentKeys
  /** Of the whole stream. */
  chunkCount: number
  /** Chunk `index` of the stream, the caller's to keep; undefined if it is not here. */
  readPlain: (index: number) => Promise<Bytes | undefined>
}>

/** Sealed chunks made anew from the files whenever somebody asks: sealing is deterministic, and nothing is stored. */
export class ResealShelf implements SealedShelf {
  readonly #plan: ResealPlan

  constructor(plan: ResealPlan) {
    this.#plan = plan
  }

  /** @throws {TransferError} What reading throws. */
  async read(index: number): Promise<Bytes | undefined> {
    const { shareId, keys, chunkCount, readPlain } = this.#plan
    const plain = await readPlain(index)
    if (plain === undefined) return undefined
    const isFinal = index === chunkCount - 1
    const sealed = await sealChunk(keys, { shareId, index, isFinal }, plain)
    free(plain)
    return sealed
  }
}

import { decodeCheckpoint } from '../../protocol/checkpoint.ts'
import { standingOf, type Standing } from '../../protocol/custody/expiry.ts'
import type { Share } from '../catalog/share.ts'
import type { ShareRow } from '../catalog/share-row.ts'
import { factsOf, type ShareParts } from './share-parts.ts'
import type { ShareRemoval } from './share-removal.ts'

/** Goes through all shares and does what their age asks for. */
export class Maintenance {
  readonly #parts: ShareParts
  readonly #removal: ShareRemoval

  constructor(parts: ShareParts, removal: ShareRemoval) {
    this.#parts = parts
    this.#removal = removal
  }

  async run(signal?: AbortSignal): Promise<void> {
    // Full: what is expired makes room for what is not, and nothing else ever does.
    const isSpaceShort = await this.#parts.space.isShort()
    for await (const [id, row] of this.#parts.catalog.listRows()) {
      if (signal?.aborted === true) return
      const isStill =
        (standing: Standing) =>
        (share: Share): boolean =>
          this.#standingOf(share, isSpaceShort) === standing
      switch (this.#standingOfRow(row, isSpaceShort)) {
        case 'unlink':
          // The bytes of an unverified share are not counted yet, so there may be some.
          if (row.storedBytes > 0 || !row.isVerified) {
            await this.#removal.unlink(id, isStill('unlink'))
          }
          break
        case 'forget':
          await this.#removal.drop(id, isStill('forget'))
          break
        case 'refuse':
        case 'serve':
          break
      }
    }
  }

  #standingOf(share: Share, isSpaceShort: boolean): Standing {
    return standingOf({ ...factsOf(this.#parts, share), isSpaceShort }, this.#parts.nowMs())
  }

  #standingOfRow(row: ShareRow, isSpaceShort: boolean): Standing {
    const { checkpointBytes, receivedAtMs, changedAtMs } = row
    const checkpoint = checkpointBytes === undefined ? undefined : decodeCheckpoint(checkpointBytes)
    const { maxLifeMs, nowMs } = this.#parts
    const facts = { checkpoint, receivedAtMs, changedAtMs, maxLifeMs, isSpaceShort }
    return standingOf(facts, nowMs())
  }
}

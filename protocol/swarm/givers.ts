import { FETCH_WINDOW_CHUNKS } from '../limits.ts'
import type { PeerId } from './peer-id.ts'

/** From whom the chunks came that are not kept yet: who gave one is told first that it is here. */
export class Givers {
  readonly #byIndex = new Map<number, PeerId>()

  /** Not all that comes is kept: the oldest is forgotten. */
  set(index: number, peer: PeerId): void {
    this.#byIndex.set(index, peer)
    for (const oldest of this.#byIndex.keys()) {
      if (this.#byIndex.size <= FETCH_WINDOW_CHUNKS) return
      this.#byIndex.delete(oldest)
    }
  }

  /** Who gave each of them, if it came from anybody. */
  take(indexes: readonly number[]): [PeerId, number][] {
    return indexes.flatMap((index): [PeerId, number][] => {
      const peer = this.#byIndex.get(index)
      this.#byIndex.delete(index)
      return peer === undefined ? [] : [[peer, index]]
    })
  }
}

import { HaveMap } from '../../protocol/swarm/have-map.ts'
import { Serving } from '../../protocol/swarm/serving.ts'
import type { ShareView } from '../../protocol/swarm/share-view.ts'
import type { SlotsEffect, UploadSlots } from '../../protocol/swarm/upload-slots.ts'
import type { Have } from '../../protocol/wire/have.ts'
import type { Share } from '../catalog/share.ts'

/** What changed since the last look, for whoever is connected. */
export type HallNews = Readonly<{ frames: readonly Have[]; slots: readonly SlotsEffect[] }>

/** One share as its peers see it through this seed: what is here now, and who lacks some of it. */
export class ShareHall {
  readonly share: Share
  readonly view: ShareView
  readonly serving: Serving
  /** Connections about it. */
  guestCount = 0
  /** Of its content: after that nothing is as it was. */
  #epoch: number

  constructor(share: Share, slots: UploadSlots) {
    this.share = share
    this.#epoch = share.epoch
    const { genesisBytes: genesis } = share.origin
    const mine = new HaveMap()
    // Peers of a seed are no seeds: they are never shown the readToken.
    this.view = {
      shareId: share.id,
      genesis,
      readToken: undefined,
      seq: 0,
      checkpoint: undefined,
      mine,
    }
    this.serving = new Serving(slots, mine)
  }

  /** Looks again at what is here. @param isServed - Whether its chunks may be given to anybody now. */
  look(isServed: boolean, nowMs: number): HallNews {
    const { accepted, chunkCount, held, epoch } = this.share
    const { view, serving } = this
    view.seq = accepted?.checkpoint.seq ?? 0
    view.checkpoint = accepted?.bytes
    const lost = isServed && epoch === this.#epoch ? [] : this.#clear()
    this.#epoch = epoch
    const slots = [...serving.changeMine(lost, false, nowMs)]
    if (!isServed || chunkCount === 0) return { frames: [], slots }
    const bitmap = held.bitmap(chunkCount)
    const gained = view.mine.take({ type: 'have', first: 0, count: chunkCount, bitmap })
    slots.push(...serving.changeMine(gained, true, nowMs))
    return { frames: view.mine.tell(gained), slots }
  }

  /** A copy turned out bad. */
  lose(index: number, nowMs: number): readonly SlotsEffect[] {
    return this.view.mine.delete(index) ? this.serving.changeMine([index], false, nowMs) : []
  }

  #clear(): number[] {
    const { mine } = this.view
    const all: number[] = []
    for (let index = 0; mine.size > 0; index += 1) if (mine.delete(index)) all.push(index)
    return all
  }
}

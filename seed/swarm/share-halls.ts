import { TransferError } from '../../protocol/errors.ts'
import type { ShareId } from '../../protocol/share-id.ts'
import type { UploadSlots } from '../../protocol/swarm/upload-slots.ts'
import type { Share } from '../catalog/share.ts'
import type { ShareService } from '../share-service.ts'
import type { ShareEvent } from '../share/share-events.ts'
import { ShareHall, type HallNews } from './share-hall.ts'

export type HallsOptions = Readonly<{
  shares: ShareService
  slots: UploadSlots
  /** Told what changed in a hall that somebody is in. */
  tell: (hall: ShareHall, news: HallNews) => void
  nowMs: () => number
}>

/** While an upload runs, news come with every extent: they are told together, so often. */
const LOOK_MS = 200

/** The shares that somebody is connected about, each kept as it is now. */
export class ShareHalls implements Disposable {
  readonly #options: HallsOptions
  readonly #halls = new Map<ShareId, ShareHall>()
  readonly #changed = new Set<ShareHall>()
  readonly #stopListening: () => void
  #timer: NodeJS.Timeout | undefined

  constructor(options: HallsOptions) {
    this.#options = options
    this.#stopListening = options.shares.events.onAny((event) => this.#take(event))
  }

  /** Counts a guest in. */
  enter(share: Share): ShareHall {
    const known = this.#halls.get(share.id)
    // Dropped and taken on again, it is another share, whatever its name.
    const hall = known?.share === share ? known : this.#open(share)
    hall.guestCount += 1
    return hall
  }

  leave(hall: ShareHall): void {
    hall.guestCount -= 1
    if (hall.guestCount > 0) return
    if (this.#halls.get(hall.share.id) === hall) this.#halls.delete(hall.share.id)
    this.#changed.delete(hall)
  }

  /** Time passes: some of them may have expired. */
  lookAtAll(): void {
    for (const hall of this.#halls.values()) this.#look(hall)
  }

  [Symbol.dispose](): void {
    this.#stopListening()
    clearTimeout(this.#timer)
  }

  #open(share: Share): ShareHall {
    const hall = new ShareHall(share, this.#options.slots)
    hall.look(this.#isServed(share), this.#options.nowMs())
    this.#halls.set(share.id, hall)
    return hall
  }

  #take(event: ShareEvent): void {
    const hall = this.#halls.get(event.shareId)
    if (hall === undefined || event.type === 'receipt') return
    if (event.type === 'damaged') {
      const { index } = event
      const slots = index === undefined ? [] : hall.lose(index, this.#options.nowMs())
      this.#options.tell(hall, { frames: [], slots })
      return
    }
    this.#changed.add(hall)
    this.#timer ??= setTimeout(() => this.#lookAtChanged(), LOOK_MS)
  }

  #lookAtChanged(): void {
    this.#timer = undefined
    const changed = [...this.#changed]
    this.#changed.clear()
    for (const hall of changed) this.#look(hall)
  }

  #look(hall: ShareHall): void {
    const { tell, nowMs } = this.#options
    tell(hall, hall.look(this.#isServed(hall.share), nowMs()))
  }

  #isServed(share: Share): boolean {
    try {
      this.#options.shares.checkServable(share)
      return true
    } catch (cause) {
      if (cause instanceof TransferError) return false
      throw cause
    }
  }
}

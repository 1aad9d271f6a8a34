import type { ShareId } from '../../protocol/share-id.ts'

/** `damaged`: chunk `index` was held and is not any more; the index if undefined. */
export type ShareEvent =
  | { type: 'created' | 'checkpoint' | 'held' | 'receipt' | 'removed'; shareId: ShareId }
  | { type: 'damaged'; shareId: ShareId; index: number | undefined }

type Listener = (event: ShareEvent) => void

/** Tells who waits for it that a share has changed. Listeners are called in the same turn and must not throw. */
export class ShareEvents {
  readonly #everyShare = new Set<Listener>()
  readonly #oneShare = new Map<ShareId, Set<Listener>>()

  emit(event: ShareEvent): void {
    // Copies: a listener may stop listening, or another start, while they are called.
    for (const listener of Array.from(this.#everyShare)) listener(event)
    for (const listener of Array.from(this.#oneShare.get(event.shareId) ?? [])) listener(event)
  }

  /** @returns Stops listening. */
  onAny(listener: Listener): () => void {
    this.#everyShare.add(listener)
    return () => this.#everyShare.delete(listener)
  }

  /** @returns Stops listening. */
  on(shareId: ShareId, listener: Listener): () => void {
    const listeners = this.#oneShare.get(shareId) ?? new Set<Listener>()
    this.#oneShare.set(shareId, listeners.add(listener))
    return () => {
      listeners.delete(listener)
      if (listeners.size === 0) this.#oneShare.delete(shareId)
    }
  }
}

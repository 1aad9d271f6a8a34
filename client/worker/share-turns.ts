/** Something that is done with a share. */
export type ShareAction = Readonly<{ type: string; shareId: string }>

/** Does one thing after the other with each share: whoever presses the same twice means it once. */
export class ShareTurns {
  readonly #last = new Map<string, Readonly<{ type: string; task: Promise<void> }>>()

  /** Waits for what is under way with the share, however that ends. Does nothing if that is the same. */
  async take({ type, shareId }: ShareAction, act: () => Promise<void>): Promise<void> {
    const before = this.#last.get(shareId)
    if (before?.type === type) return
    const task = before === undefined ? act() : before.task.then(act, act)
    const turn = { type, task }
    this.#last.set(shareId, turn)
    try {
      await task
    } finally {
      if (this.#last.get(shareId) === turn) this.#last.delete(shareId)
    }
  }
}

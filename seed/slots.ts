/** A place taken; giving it back twice is giving it back once. */
export type Slot = Disposable

/** Bounds how many of something there are at once. Who waits is served in order. */
export class Slots {
  readonly #max: number
  readonly #waiting: (() => void)[] = []
  #taken = 0

  constructor(max: number) {
    this.#max = max
  }

  get taken(): number {
    return this.#taken
  }

  /** @returns undefined if none is free now. */
  tryTake(): Slot | undefined {
    return this.#taken < this.#max ? this.#give() : undefined
  }

  async take(): Promise<Slot> {
    if (this.#taken < this.#max) return this.#give()
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#waiting.push(resolve)
    await promise
    return this.#give()
  }

  #give(): Slot {
    this.#taken += 1
    let isTaken = true
    return {
      [Symbol.dispose]: () => {
        if (!isTaken) return
        isTaken = false
        this.#taken -= 1
        this.#waiting.shift()?.()
      },
    }
  }
}

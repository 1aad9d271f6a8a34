/** Virtual time in ticks, and what is to happen at each: in the order in which it was asked for. */
export class TickWheel {
  readonly tickMs: number
  readonly #due = new Map<number, (() => void)[]>()
  #tick = 0

  constructor(tickMs: number) {
    this.tickMs = tickMs
  }

  get nowMs(): number {
    return this.#tick * this.tickMs
  }

  get tick(): number {
    return this.#tick
  }

  after(ms: number, action: () => void): void {
    this.atTick(this.#tick + Math.max(1, Math.ceil(ms / this.tickMs)), action)
  }

  /** @param tick - Later than now. */
  atTick(tick: number, action: () => void): void {
    const actions = this.#due.get(tick)
    if (actions === undefined) this.#due.set(tick, [action])
    else actions.push(action)
  }

  /** Lets one tick pass, and does what is due. */
  turn(): void {
    this.#tick += 1
    const actions = this.#due.get(this.#tick)
    if (actions === undefined) return
    this.#due.delete(this.#tick)
    for (const action of actions) action()
  }
}

const SPAN_MS = 5000

/** Bytes a second over the last few seconds: steady enough to read, quick enough to be true. */
export class RateMeter {
  readonly #samples: { bytes: number; atMs: number }[] = []

  count(bytes: number, nowMs: number): void {
    this.#samples.push({ bytes, atMs: nowMs })
    while ((this.#samples[1]?.atMs ?? nowMs) < nowMs - SPAN_MS) this.#samples.shift()
  }

  get bytesPerSecond(): number {
    const [first, last] = [this.#samples[0], this.#samples.at(-1)]
    if (first === undefined || last === undefined || last.atMs === first.atMs) return 0
    return Math.max(0, ((last.bytes - first.bytes) / (last.atMs - first.atMs)) * 1000)
  }

  /** Undefined until there is a rate to go by. */
  secondsFor(bytes: number): number | undefined {
    return this.bytesPerSecond > 0 ? bytes / this.bytesPerSecond : undefined
  }
}

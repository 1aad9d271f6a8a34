/** After so many rounds hardly anything is left to share. */
const ROUNDS_MAX = 12
/** Of its line: what is below it is full. */
const FULL = 1e-3

/**
 * What each flow gets of the lines at its two ends: all grow alike, until one of the two is full. Nodes and flows
 * are numbers, because there are many and this is asked often.
 */
export class FairShare {
  /** Bytes a ms, by the place of the flow. */
  rates = new Float64Array(0)
  #extras = new Float64Array(0)
  #growing = new Int32Array(0)
  #left = { up: new Float64Array(0), down: new Float64Array(0) }
  #count = { up: new Int32Array(0), down: new Int32Array(0) }

  /** @param lines - Bytes a ms of each node. */
  compute(flows: readonly Readonly<{ from: number; to: number }>[], lines: Lines): void {
    this.#reserve(flows.length, lines.up.length)
    this.#left.up.set(lines.up)
    this.#left.down.set(lines.down)
    for (let i = 0; i < flows.length; i += 1) {
      this.rates[i] = 0
      this.#growing[i] = i
    }
    let count = flows.length
    for (let round = 0; round < ROUNDS_MAX && count > 0; round += 1) {
      count = this.#grow(flows, lines, count)
    }
  }

  /** @returns How many of the first `count` that grow go on growing. */
  #grow(
    flows: readonly Readonly<{ from: number; to: number }>[],
    lines: Lines,
    count: number,
  ): number {
    const { up: upLeft, down: downLeft } = this.#left
    const { up: upCount, down: downCount } = this.#count
    const [growing, extras, rates] = [this.#growing, this.#extras, this.rates]
    upCount.fill(0)
    downCount.fill(0)
    for (let k = 0; k < count; k += 1) {
      const { from, to } = flows[growing[k] as number] as Flow
      upCount[from] = (upCount[from] as number) + 1
      downCount[to] = (downCount[to] as number) + 1
    }
    for (let k = 0; k < count; k += 1) {
      const { from, to } = flows[growing[k] as number] as Flow
      const upShare = (upLeft[from] as number) / (upCount[from] as number)
      const downShare = (downLeft[to] as number) / (downCount[to] as number)
      extras[k] = upShare < downShare ? upShare : downShare
    }
    let goOn = 0
    for (let k = 0; k < count; k += 1) {
      const i = growing[k] as number
      const { from, to } = flows[i] as Flow
      const extra = extras[k] as number
      rates[i] = (rates[i] as number) + extra
      upLeft[from] = (upLeft[from] as number) - extra
      downLeft[to] = (downLeft[to] as number) - extra
    }
    for (let k = 0; k < count; k += 1) {
      const i = growing[k] as number
      const { from, to } = flows[i] as Flow
      const isUpFull = (upLeft[from] as number) <= FULL * (lines.up[from] as number)
      const isDownFull = (downLeft[to] as number) <= FULL * (lines.down[to] as number)
      if (isUpFull || isDownFull) continue
      growing[goOn] = i
      goOn += 1
    }
    return goOn
  }

  #reserve(flowCount: number, nodeCount: number): void {
    if (this.rates.length < flowCount) {
      this.rates = new Float64Array(2 * flowCount)
      this.#extras = new Float64Array(2 * flowCount)
      this.#growing = new Int32Array(2 * flowCount)
    }
    if (this.#left.up.length === nodeCount) return
    this.#left = { up: new Float64Array(nodeCount), down: new Float64Array(nodeCount) }
    this.#count = { up: new Int32Array(nodeCount), down: new Int32Array(nodeCount) }
  }
}

export type Lines = Readonly<{ up: readonly number[]; down: readonly number[] }>
type Flow = Readonly<{ from: number; to: number }>

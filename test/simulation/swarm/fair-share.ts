/** After so many rounds hardly anything is left to share. */
const ROUNDS_MAX = 12
/** Of its line: what is below it is full. */
const FULL = 1e-3

export type Lines = Readonly<{ up: Float64Array; down: Float64Array }>
/** The nodes at the two ends of each flow. */
export type FlowEnds = Readonly<{ from: Int32Array; to: Int32Array }>

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
  compute(ends: FlowEnds, flowCount: number, lines: Lines): void {
    this.#reserve(flowCount, lines.up.length)
    this.#left.up.set(lines.up)
    this.#left.down.set(lines.down)
    for (let i = 0; i < flowCount; i += 1) {
      this.rates[i] = 0
      this.#growing[i] = i
    }
    let count = flowCount
    for (let round = 0; round < ROUNDS_MAX && count > 0; round += 1) {
      count = this.#grow(ends, lines, count)
    }
  }

  /** @returns How many of the first `count` that grow go on growing. */
  #grow({ from, to }: FlowEnds, lines: Lines, count: number): number {
    const { up: upLeft, down: downLeft } = this.#left
    const { up: upCount, down: downCount } = this.#count
    const [growing, extras, rates] = [this.#growing, this.#extras, this.rates]
    upCount.fill(0)
    downCount.fill(0)
    for (let k = 0; k < count; k += 1) {
      const i = at(growing, k)
      upCount[at(from, i)] = at(upCount, at(from, i)) + 1
      downCount[at(to, i)] = at(downCount, at(to, i)) + 1
    }
    for (let k = 0; k < count; k += 1) {
      const [up, down] = [at(from, at(growing, k)), at(to, at(growing, k))]
      const upShare = at(upLeft, up) / at(upCount, up)
      const downShare = at(downLeft, down) / at(downCount, down)
      extras[k] = upShare < downShare ? upShare : downShare
    }
    for (let k = 0; k < count; k += 1) {
      const i = at(growing, k)
      const [up, down, extra] = [at(from, i), at(to, i), at(extras, k)]
      rates[i] = at(rates, i) + extra
      upLeft[up] = at(upLeft, up) - extra
      downLeft[down] = at(downLeft, down) - extra
    }
    let goOn = 0
    for (let k = 0; k < count; k += 1) {
      const i = at(growing, k)
      const [up, down] = [at(from, i), at(to, i)]
      const isUpFull = at(upLeft, up) <= FULL * at(lines.up, up)
      const isDownFull = at(downLeft, down) <= FULL * at(lines.down, down)
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

/** What stands at a place that is there. */
export function at(numbers: Float64Array | Int32Array, place: number): number {
  return numbers[place] as number
}

import { at, FairShare } from './fair-share.ts'

/** One direction between two nodes: messages follow each other, bytes flow. */
export type Flow = {
  readonly from: number
  readonly to: number
  /** Told of bytes as they leave; undefined if nobody counts them. */
  readonly onBytes: ((bytes: number) => void) | undefined
  readonly messages: Message[]
  /** Among those that flow, -1 if it does not. */
  place: number
}

type Message = Readonly<{ bytes: number; arrive: () => void }>

/** Lines with a rate up and one down each, shared by what flows through them. */
export class FluidNet {
  #lines = { up: new Float64Array(64), down: new Float64Array(64) }
  #nodeCount = 0
  readonly #flows: Flow[] = []
  /** Of those that flow, by place: this is gone through at each tick. */
  #ends = { from: new Int32Array(64), to: new Int32Array(64) }
  /** Bytes of the first message that have not left. */
  #leftBytes = new Float64Array(64)
  readonly #share = new FairShare()
  /** Bytes that left all nodes. */
  sentBytes = 0

  /** @param upPerMs - Bytes a ms. @returns The number of the new node. */
  addNode(upPerMs: number, downPerMs: number): number {
    const node = this.#nodeCount
    this.#nodeCount += 1
    const { up, down } = this.#lines
    if (node === up.length) this.#lines = { up: doubled(up), down: doubled(down) }
    this.#lines.up[node] = upPerMs
    this.#lines.down[node] = downPerMs
    return node
  }

  createFlow(from: number, to: number, onBytes?: (bytes: number) => void): Flow {
    return { from, to, onBytes, messages: [], place: -1 }
  }

  /** @param arrive - Called when the last byte has left. */
  send(flow: Flow, bytes: number, arrive: () => void): void {
    flow.messages.push({ bytes, arrive })
    if (flow.place >= 0) return
    const place = this.#flows.push(flow) - 1
    if (place === this.#leftBytes.length) this.#grow()
    this.#put(flow, place, bytes)
  }

  /** What has not left never will. */
  stop(flow: Flow): void {
    flow.messages.length = 0
    const { place } = flow
    if (place < 0) return
    const last = this.#flows.pop()
    if (last !== undefined && last !== flow) {
      const leftBytes = at(this.#leftBytes, last.place)
      this.#flows[place] = last
      this.#put(last, place, leftBytes)
    }
    flow.place = -1
  }

  /** Lets bytes flow for so long. */
  pass(ms: number): void {
    const count = this.#flows.length
    this.#share.compute(this.#ends, count, this.#lines)
    const { rates } = this.#share
    // What arrives may start and stop others: this round is for those that flow now.
    const done: [Flow, number][] = []
    for (let i = 0; i < count; i += 1) {
      const bytes = at(rates, i) * ms
      const flow = this.#flows[i] as Flow
      this.sentBytes += bytes
      flow.onBytes?.(bytes)
      if (at(this.#leftBytes, i) > bytes) this.#leftBytes[i] = at(this.#leftBytes, i) - bytes
      else done.push([flow, bytes])
    }
    for (const [flow, bytes] of done) this.#advance(flow, bytes)
  }

  #put(flow: Flow, place: number, leftBytes: number): void {
    flow.place = place
    this.#ends.from[place] = flow.from
    this.#ends.to[place] = flow.to
    this.#leftBytes[place] = leftBytes
  }

  #advance(flow: Flow, bytes: number): void {
    let budgetBytes = bytes
    while (flow.place >= 0) {
      const leftBytes = at(this.#leftBytes, flow.place)
      if (leftBytes > budgetBytes) {
        this.#leftBytes[flow.place] = leftBytes - budgetBytes
        return
      }
      budgetBytes -= leftBytes
      const done = flow.messages.shift()
      const next = flow.messages[0]
      if (next === undefined) this.stop(flow)
      else this.#leftBytes[flow.place] = next.bytes
      done?.arrive()
    }
  }

  #grow(): void {
    const { from, to } = this.#ends
    this.#ends = { from: doubled(from), to: doubled(to) }
    this.#leftBytes = doubled(this.#leftBytes)
  }
}

function doubled<T extends Float64Array | Int32Array>(numbers: T): T {
  const larger =
    numbers instanceof Float64Array
      ? new Float64Array(2 * numbers.length)
      : new Int32Array(2 * numbers.length)
  larger.set(numbers)
  return larger as T
}

import { FairShare } from './fair-share.ts'

/** One direction between two nodes: messages follow each other, bytes flow. */
export type Flow = {
  readonly from: number
  readonly to: number
  /** Told of bytes as they leave; undefined if nobody counts them. */
  readonly onBytes: ((bytes: number) => void) | undefined
  readonly messages: Message[]
  /** Bytes of the first message that have not left. */
  leftBytes: number
  /** Among those that flow, -1 if it does not. */
  place: number
}

type Message = Readonly<{ bytes: number; arrive: () => void }>

/** Lines with a rate up and one down each, shared by what flows through them. */
export class FluidNet {
  readonly #lines: { up: number[]; down: number[] } = { up: [], down: [] }
  readonly #flows: Flow[] = []
  readonly #share = new FairShare()
  /** Bytes that left each node. */
  readonly sentBytes: number[] = []

  /** @param upPerMs - Bytes a ms. @returns The number of the new node. */
  addNode(upPerMs: number, downPerMs: number): number {
    this.#lines.up.push(upPerMs)
    this.#lines.down.push(downPerMs)
    return this.sentBytes.push(0) - 1
  }

  createFlow(from: number, to: number, onBytes?: (bytes: number) => void): Flow {
    return { from, to, onBytes, messages: [], leftBytes: 0, place: -1 }
  }

  /** @param arrive - Called when the last byte has left. */
  send(flow: Flow, bytes: number, arrive: () => void): void {
    flow.messages.push({ bytes, arrive })
    if (flow.place >= 0) return
    flow.leftBytes = bytes
    flow.place = this.#flows.push(flow) - 1
  }

  /** What has not left never will. */
  stop(flow: Flow): void {
    flow.messages.length = 0
    if (flow.place < 0) return
    const last = this.#flows.pop()
    if (last !== undefined && last !== flow) {
      this.#flows[flow.place] = last
      last.place = flow.place
    }
    flow.place = -1
  }

  /** Lets bytes flow for so long. */
  pass(ms: number): void {
    this.#share.compute(this.#flows, this.#lines)
    const { rates } = this.#share
    // What arrives may start and stop others: this round is for those that flow now.
    const flows = this.#flows.slice()
    for (let i = 0; i < flows.length; i += 1) {
      const flow = flows[i] as Flow
      const bytes = (rates[i] as number) * ms
      this.sentBytes[flow.from] = (this.sentBytes[flow.from] as number) + bytes
      flow.onBytes?.(bytes)
      if (flow.leftBytes > bytes) flow.leftBytes -= bytes
      else this.#advance(flow, bytes)
    }
  }

  #advance(flow: Flow, bytes: number): void {
    let budgetBytes = bytes
    while (flow.place >= 0) {
      if (flow.leftBytes > budgetBytes) {
        flow.leftBytes -= budgetBytes
        return
      }
      budgetBytes -= flow.leftBytes
      const done = flow.messages.shift()
      const next = flow.messages[0]
      if (next === undefined) this.stop(flow)
      else flow.leftBytes = next.bytes
      done?.arrive()
    }
  }
}

import type { ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import type { IceServer } from '../../protocol/http/signal-json.ts'
import type { PeerAsk, PeerSaid } from './lab-peer.ts'
import type { LabSide, NetworkLab } from './network-lab.ts'

export type PairOptions = Readonly<{
  iceServers: readonly IceServer[]
  /** The sides that go over the TURN server only. */
  relayed?: readonly LabSide[]
  /** What b says, as it reaches a. */
  edit?: (text: string) => string
}>

/** Two peers of the lab, one in each network, and everything that they said to each other in between. */
export class LabPair implements Disposable {
  /** Of each side, in order. */
  readonly signals: Record<LabSide, string[]> = { a: [], b: [] }
  readonly #peers: Readonly<Record<LabSide, ChildProcess>>
  readonly #said: Record<LabSide, PeerSaid[]> = { a: [], b: [] }
  #edit: PairOptions['edit']
  #change = Promise.withResolvers<void>()

  constructor(lab: NetworkLab) {
    const script = [join(import.meta.dirname, 'lab-peer.ts')]
    this.#peers = {
      a: lab.spawn('a', process.execPath, script),
      b: lab.spawn('b', process.execPath, script),
    }
    for (const side of ['a', 'b'] as const)
      this.#peers[side].on('message', (said: PeerSaid) => this.#take(side, said))
  }

  async connect({ iceServers, relayed = [], edit }: PairOptions): Promise<void> {
    this.#edit = edit
    await this.#until(() => this.#bothSaid('ready'))
    for (const side of ['b', 'a'] as const) {
      const isRelayOnly = relayed.includes(side)
      this.#tell(side, { type: 'connect', isInitiator: side === 'a', iceServers, isRelayOnly })
    }
    await this.#until(() => this.#bothSaid('open'))
  }

  /** Sends that many messages from one to the other. @returns The bytes that came. */
  async pass(count: number): Promise<number> {
    this.#tell('a', { type: 'fill', count })
    const received = (): number[] =>
      this.#said.b.flatMap((said) => (said.type === 'received' ? [said.bytes] : []))
    await this.#until(() => received().length === count)
    return received().reduce((sum, bytes) => sum + bytes, 0)
  }

  [Symbol.dispose](): void {
    for (const peer of Object.values(this.#peers)) peer.kill('SIGKILL')
  }

  #take(side: LabSide, said: PeerSaid): void {
    this.#said[side].push(said)
    if (said.type === 'signal') {
      this.signals[side].push(said.text)
      if (side === 'a') this.#tell('b', said)
      else this.#tell('a', { ...said, text: this.#edit?.(said.text) ?? said.text })
    }
    this.#change.resolve()
    this.#change = Promise.withResolvers<void>()
  }

  #tell(side: LabSide, ask: PeerAsk): void {
    this.#peers[side].send(ask)
  }

  #bothSaid(type: PeerSaid['type']): boolean {
    return Object.values(this.#said).every((all) => all.some((said) => said.type === type))
  }

  async #until(isTrue: () => boolean): Promise<void> {
    while (!isTrue()) {
      const ends = Object.values(this.#said).flatMap((all) =>
        all.filter(({ type }) => type === 'close'),
      )
      if (ends.length > 0) throw new Error(`a peer ended: ${JSON.stringify(ends)}`)
      await this.#change.promise
    }
  }
}

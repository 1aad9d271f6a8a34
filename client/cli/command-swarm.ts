import type { Bytes } from '../../protocol/bytes.ts'
import type { RtcPort } from '../engine/net/rtc-port.ts'
import type { Network } from '../engine/network.ts'
import type { ShareSession } from '../engine/receive/share-session.ts'
import type { SealedShelf } from '../engine/swarm/share-shelf.ts'
import { ShareSwarm, type SwarmPorts } from '../engine/swarm/share-swarm.ts'
import type { SwarmState } from '../engine/swarm/swarm-options.ts'
import { randomBytes } from './random-bytes.ts'

/** Opens WebRTC; undefined where this machine has none: then there are no peers, and seeds do. */
export type OpenRtc = () => Promise<RtcPort | undefined>

function nowMs(): number {
  return performance.now()
}

/** @returns undefined where this machine has no WebRTC. */
export async function swarmPortsOf(
  { url, iceServers }: Pick<Network, 'url' | 'iceServers'>,
  openRtc: OpenRtc | undefined,
): Promise<SwarmPorts | undefined> {
  const port = await openRtc?.()
  if (port === undefined) return undefined
  return { url, port, iceServers: () => iceServers, nowMs, random: Math.random, randomBytes }
}

/** The swarm of a share that a command fetches. It joins as soon as WebRTC is there; nothing waits for that. */
export class CommandSwarm implements Disposable {
  #swarm: ShareSwarm | undefined
  #shelf: SealedShelf | undefined
  #chunkCount: number | undefined
  #isOver = false
  readonly #held: number[] = []

  constructor(session: ShareSession, helpKey: Bytes, ports: Promise<SwarmPorts | undefined>) {
    void this.#join(session, helpKey, ports)
  }

  get state(): SwarmState | undefined {
    return this.#swarm?.state
  }

  /** From now on others are served from here. */
  open(shelf: SealedShelf): void {
    this.#shelf = shelf
    this.#swarm?.open(shelf)
  }

  hold(indexes: readonly number[]): void {
    this.#held.push(...indexes)
    this.#tell()
  }

  /** All is here: from now on it only gives. */
  complete(chunkCount: number): void {
    this.#chunkCount = chunkCount
    this.#tell()
  }

  [Symbol.dispose](): void {
    this.#isOver = true
    this.#swarm?.[Symbol.dispose]()
  }

  async #join(
    session: ShareSession,
    helpKey: Bytes,
    joining: Promise<SwarmPorts | undefined>,
  ): Promise<void> {
    const ports = await joining
    if (ports === undefined || this.#isOver) return
    this.#swarm = new ShareSwarm({ ...ports, session, helpKey, privacy: 'direct' })
    if (this.#shelf !== undefined) this.#swarm.open(this.#shelf)
    this.#tell()
  }

  #tell(): void {
    if (this.#swarm === undefined) return
    this.#swarm.hold(this.#held.splice(0))
    if (this.#chunkCount !== undefined) this.#swarm.complete(this.#chunkCount)
  }
}

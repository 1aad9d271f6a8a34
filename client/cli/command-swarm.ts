import type { Bytes } from '../../protocol/bytes.ts'
import type { RtcPort } from '../engine/net/rtc-port.ts'
import type { ShareSession } from '../engine/receive/share-session.ts'
import { hasRelay } from '../engine/net/has-relay.ts'
import type { Privacy } from '../engine/swarm/privacy.ts'
import type { SealedShelf } from '../engine/swarm/share-shelf.ts'
import { ShareSwarm, type SwarmPorts } from '../engine/swarm/share-swarm.ts'
import type { SwarmState } from '../engine/swarm/swarm-options.ts'
import { IceServers } from './ice-servers.ts'
import type { OpenedNetwork } from './open-network.ts'
import type { Output } from './output.ts'
import { randomBytes } from './random-bytes.ts'

/** Opens WebRTC; undefined where this machine has none: then there are no peers, and seeds do. */
export type OpenRtc = () => Promise<RtcPort | undefined>

const PEER_ENDED =
  'Somebody sent what this program cannot deal with: that connection is over, and all else goes on.'

function nowMs(): number {
  return performance.now()
}

/** What a command takes part in swarms with, until it is disposed of. */
export type CommandPorts = SwarmPorts & Disposable

/** @returns undefined where this machine has no WebRTC. */
export async function swarmPortsOf(
  opened: OpenedNetwork,
  openRtc: OpenRtc | undefined,
  output: Output,
): Promise<CommandPorts | undefined> {
  const port = await openRtc?.()
  if (port === undefined) return undefined
  const ice = new IceServers(opened)
  return {
    url: opened.network.url,
    port,
    iceServers: () => ice.servers,
    onError: () => output.event({ event: 'note', message: PEER_ENDED }),
    nowMs,
    random: Math.random,
    randomBytes,
    [Symbol.dispose]: () => ice[Symbol.dispose](),
  }
}

/** Of a command that speaks to people over TURN servers only. */
export function tellIfNoRelay({ network }: OpenedNetwork, output: Output): void {
  if (hasRelay(network)) return
  const message = 'This network has no TURN server: only seeds carry the share.'
  output.event({ event: 'note', message })
}

export type CommandSwarmOptions = Readonly<{
  session: ShareSession
  helpKey: Bytes
  privacy: Privacy
  /** Of what is given to others within 24 hours. */
  dailyBytesMax: number
  /** Disposed of with the swarm. */
  ports: Promise<CommandPorts | undefined>
}>

/** The swarm of a share that a command fetches. It joins as soon as WebRTC is there; nothing waits for that. */
export class CommandSwarm implements Disposable {
  #ports: CommandPorts | undefined
  #swarm: ShareSwarm | undefined
  #shelf: SealedShelf | undefined
  /** Who asks while there is no shelf waits for the next one. */
  #next: PromiseWithResolvers<SealedShelf> | undefined
  #chunkCount: number | undefined
  #isOver = false
  readonly #held: number[] = []

  constructor({ ports, ...options }: CommandSwarmOptions) {
    void this.#join(options, ports)
  }

  get state(): SwarmState | undefined {
    return this.#swarm?.state
  }

  /** From now on others are served from here. */
  open(shelf: SealedShelf): void {
    this.#next?.resolve(shelf)
    this.#next = undefined
    this.#shelf = shelf
    this.#swarm?.open(shelf)
  }

  /** Nothing is given before another shelf is opened, and then what was asked for: it was said to be here. */
  close(): void {
    const next = Promise.withResolvers<SealedShelf>()
    this.open({ read: async (index) => (await next.promise).read(index) })
    this.#next = next
  }

  hold(indexes: readonly number[]): void {
    for (const index of indexes) this.#held.push(index)
    this.#tell()
  }

  /** All is here, or all that is to be kept: from now on it only gives. */
  complete(chunkCount: number): void {
    this.#chunkCount = chunkCount
    this.#tell()
  }

  [Symbol.dispose](): void {
    this.#isOver = true
    this.#swarm?.[Symbol.dispose]()
    this.#ports?.[Symbol.dispose]()
  }

  async #join(
    options: Omit<CommandSwarmOptions, 'ports'>,
    joining: Promise<CommandPorts | undefined>,
  ): Promise<void> {
    const ports = await joining
    if (ports === undefined) return
    if (this.#isOver) {
      ports[Symbol.dispose]()
      return
    }
    this.#ports = ports
    this.#swarm = new ShareSwarm({ ...ports, ...options })
    if (this.#shelf !== undefined) this.#swarm.open(this.#shelf)
    this.#tell()
  }

  #tell(): void {
    if (this.#swarm === undefined) return
    this.#swarm.hold(this.#held.splice(0))
    if (this.#chunkCount !== undefined) this.#swarm.complete(this.#chunkCount)
  }
}

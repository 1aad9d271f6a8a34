import type { RtcPort } from '../../client/engine/net/rtc-port.ts'
import { RoomClient, type RoomEvent } from '../../client/engine/swarm/room-client.ts'
import type { Bytes } from '../../protocol/bytes.ts'
import type { IceServer } from '../../protocol/http/signal-json.ts'
import { signSeedProof } from '../../protocol/room/seed-proof.ts'
import type { ShareService } from '../share-service.ts'
import { CallDesk, type CallEvent } from './call-desk.ts'
import { GuestDesk } from './guest-desk.ts'
import type { SwarmCounts } from './swarm-counts.ts'

export type SeedSwarmOptions = Readonly<{
  shares: ShareService
  /** Ed25519 secret key of this seed. */
  key: Bytes
  networkKey: Bytes
  /** Base URL of the signal server. */
  signalUrl: string
  port: RtcPort
  iceServers: () => readonly IceServer[]
  counts: SwarmCounts
  random: () => number
  onError: (error: unknown) => void
  /** Connections at once. */
  linksMax: number
}>

const TICK_MS = 1000

/** No clock that is set: connections live by what passes. */
const nowMs = (): number => performance.now()

/**
 * The seed as a peer: it stays at the signal server, answers who calls it there, and serves them over WebRTC as it
 * serves others over HTTP. So a seed without domain or certificate serves browsers.
 */
export class SeedSwarm implements Disposable {
  readonly #room: RoomClient
  readonly #calls: CallDesk
  readonly #guests: GuestDesk
  readonly #timer: NodeJS.Timeout

  constructor(options: SeedSwarmOptions) {
    const { signalUrl, networkKey, key, random } = options
    const prove = (nonce: Bytes): Bytes => signSeedProof({ networkKey, nonce }, signalUrl, key)
    const take = (event: RoomEvent): void => {
      if (event.type === 'relay') this.#calls.hear(event)
    }
    const room = new RoomClient({ url: signalUrl, take, random, prove })
    this.#room = room
    this.#guests = new GuestDesk({
      ...options,
      nowMs,
      send: (connection, bytes) => this.#calls.send(connection, bytes),
      end: (connection) => this.#calls.end(connection),
    })
    this.#calls = new CallDesk({
      ...options,
      room,
      nowMs,
      makeRoom: () => this.#guests.makeRoom(),
      take: (event: CallEvent) => this.#guests.take(event),
    })
    this.#timer = setInterval(() => this.#tick(), TICK_MS)
    this.#timer.unref()
    room.start()
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
    this.#room[Symbol.dispose]()
    this.#guests[Symbol.dispose]()
    this.#calls[Symbol.dispose]()
  }

  #tick(): void {
    this.#calls.tick()
    this.#guests.tick()
  }
}

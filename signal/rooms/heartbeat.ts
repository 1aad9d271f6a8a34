import { randomInt } from 'node:crypto'
import { ROOM_UNSENT_BYTES_SPARED, ROOMS_UNSENT_BYTES_MAX } from '../../protocol/limits.ts'
import type { RoomClient } from './room-client.ts'

/** Pings go out in so many parts, so that thousands of them do not hold up the rest. */
const PARTS = 30
const PING_NUMBER_MAX = 2 ** 30

type Heard = Readonly<{
  clients: () => Iterable<RoomClient>
  /** Called for each socket as it is pinged. */
  beat: (client: RoomClient) => void
  /** Called for each part. */
  tick: () => void
}>

/** Looks after all sockets: who is dead is closed, and who reads nothing while memory is short. */
export class Heartbeat implements Disposable {
  readonly #heard: Heard
  readonly #timer: NodeJS.Timeout
  #part = 0

  /** @param pingMs - Between two pings of one socket. */
  constructor(pingMs: number, heard: Heard) {
    this.#heard = heard
    this.#timer = setInterval(() => this.#tick(), pingMs / PARTS)
  }

  /** For the next socket: any, so that those of one moment are not pinged in one moment. */
  static drawPart(): number {
    return randomInt(PARTS)
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
  }

  #tick(): void {
    this.#part = (this.#part + 1) % PARTS
    const number = randomInt(PING_NUMBER_MAX)
    let unsentBytes = 0
    for (const client of this.#heard.clients()) {
      unsentBytes += client.unsentBytes
      if (client.part !== this.#part) continue
      client.ping(number)
      this.#heard.beat(client)
    }
    this.#heard.tick()
    if (unsentBytes > ROOMS_UNSENT_BYTES_MAX) this.#shed()
  }

  /** Many that read slowly are together more than one may be: those who are behind come back when they like. */
  #shed(): void {
    for (const client of this.#heard.clients()) {
      if (client.unsentBytes > ROOM_UNSENT_BYTES_SPARED) client.cut()
    }
  }
}

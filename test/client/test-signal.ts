import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { base64urlnopad } from '@scure/base'
import type { Bytes } from '../../protocol/bytes.ts'
import { publicKeyOf } from '../../protocol/crypto/ed25519.ts'
import { formatNetwork } from '../../protocol/http/signal-json.ts'
import type { Seed } from '../../protocol/record/directory.ts'
import { signRecord } from '../../protocol/record/record.ts'
import { fixedBytes } from '../protocol/owner.ts'

const DAY_MS = 86_400_000

/** A signal server that only shows its directory, and fails when it is told to. */
export class TestSignal implements AsyncDisposable {
  readonly url: string
  seeds: readonly Seed[]
  version = 1
  /** What it answers instead of its directory. */
  answer: string | undefined
  isDown = false
  /** Its answers break off after their first byte. */
  isCutOff = false
  asked = 0
  /** Address of the one whose rooms are entered here; there are none, if undefined. */
  roomsUrl: string | undefined
  readonly #server: Server
  #secret: Bytes

  private constructor(server: Server, secret: Bytes, seeds: readonly Seed[]) {
    this.#server = server
    this.#secret = secret
    this.seeds = seeds
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    server.on('request', (request, response) => {
      this.asked += 1
      if (this.isDown) return request.socket.destroy()
      if (this.isCutOff) return response.write('{', () => request.socket.destroy())
      return response.end(this.answer ?? JSON.stringify(this.#network()))
    })
    server.on('upgrade', (request, socket) => this.#passOn(request, socket))
  }

  static async start(seeds: readonly Seed[], name = 'signal'): Promise<TestSignal> {
    const server = createServer()
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new TestSignal(server, fixedBytes(name), seeds)
  }

  /** As `--network` takes it. */
  get pinnedUrl(): string {
    return `${this.url}#${base64urlnopad.encode(publicKeyOf(this.#secret))}`
  }

  /** Somebody else answers at this address from now on. */
  changeKey(name: string): void {
    this.#secret = fixedBytes(name)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #passOn({ url = '', rawHeaders }: IncomingMessage, socket: Duplex): void {
    if (this.roomsUrl === undefined) {
      socket.destroy()
      return
    }
    const { hostname, port } = new URL(this.roomsUrl)
    const rooms = connect(Number(port), hostname)
    for (const [from, to] of [
      [socket, rooms],
      [rooms, socket],
    ] as const) {
      from.on('error', () => to.destroy())
      from.pipe(to)
    }
    const headers = rawHeaders.map((text, i) => text + (i % 2 === 0 ? ': ' : '\r\n'))
    rooms.write(`GET ${url} HTTP/1.1\r\n${headers.join('')}\r\n`)
  }

  #network(): object {
    const nowMs = Date.now()
    const sign = this.#secret
    const seeds = this.seeds.map(
      ({ key: seedKey, operator, jurisdiction, place, urls, weight, state }) => {
        const claims = { seedKey, operator, jurisdiction, place, notAfterMs: nowMs + DAY_MS }
        return { certificate: signRecord('certificate', claims, sign), urls, weight, state }
      },
    )
    const body = { version: this.version, issuedAtMs: nowMs, seeds }
    return formatNetwork({
      name: 'test',
      key: publicKeyOf(sign),
      directory: signRecord('directory', body, sign),
      iceServers: [],
      limits: { maxShareBytes: 1e12, maxLifeMs: 30 * DAY_MS, grants: 'open' },
    })
  }
}

import type { Bytes } from '../../../protocol/bytes.ts'
import type { RtcCommand, RtcEvent, RtcPort } from '../../../client/engine/net/rtc-port.ts'

type End = { port: MemoryRtc; connection: string; other: End | undefined; isOpen: boolean }

/** What an end's channel does to what is sent over it. */
export type ChannelManners = { edit: (bytes: Bytes) => Bytes | undefined }

/**
 * WebRTC without the web: ports of one net find each other by what their descriptions say, and pass messages on,
 * whole and in order, each on a turn of its own.
 */
export class MemoryRtc implements RtcPort {
  static readonly #offers = new Map<string, End>()
  static #count = 0
  readonly #ends = new Map<string, End>()
  readonly #listeners = new Set<(event: RtcEvent) => void>()
  readonly manners: ChannelManners = { edit: (bytes) => bytes }
  /** Nothing that it is told comes of anything. */
  isDeaf = false
  /** How often the other ends spoke to it. */
  heardCount = 0
  /** It makes no connection more. */
  isFull = false
  /** What was asked for, such as `connect relay`. */
  readonly log: string[] = []

  send(command: RtcCommand): void {
    switch (command.type) {
      case 'connect':
        this.log.push(command.isRelayOnly ? 'connect relay' : 'connect')
        return this.#connect(command)
      case 'signal':
        return this.#hear(command.connection, command.text)
      case 'send':
        return this.#send(command.connection, command.bytes)
      case 'close':
        return this.#close(command.connection)
    }
  }

  /** All its connections are gone, with no last word. */
  drop(): void {
    for (const end of this.#ends.values()) MemoryRtc.#end(end)
  }

  /** The same, and the other ends do not notice. */
  vanish(): void {
    for (const end of this.#ends.values()) {
      if (end.other !== undefined) end.other.other = undefined
      end.other = undefined
      MemoryRtc.#end(end)
    }
  }

  listen(take: (event: RtcEvent) => void): () => void {
    this.#listeners.add(take)
    return () => this.#listeners.delete(take)
  }

  #connect({ connection, isInitiator }: Extract<RtcCommand, { type: 'connect' }>): void {
    if (this.isFull) return this.#say({ type: 'close', connection, reason: 'limit' })
    const end: End = { port: this, connection, other: undefined, isOpen: false }
    this.#ends.set(connection, end)
    if (!isInitiator) return
    MemoryRtc.#count += 1
    const name = String(MemoryRtc.#count)
    MemoryRtc.#offers.set(name, end)
    this.#say({ type: 'signal', connection, text: describe('offer', name) })
  }

  #hear(connection: string, text: string): void {
    this.heardCount += 1
    const end = this.#ends.get(connection)
    const { type, sdp = '' } = JSON.parse(text) as { type: string; sdp?: string }
    if (end === undefined || this.isDeaf) return
    if (type === 'offer') {
      const name = /fingerprint:(\d+)/.exec(sdp)?.[1] ?? ''
      const caller = MemoryRtc.#offers.get(name)
      if (caller === undefined) return
      end.other = caller
      caller.other = end
      this.#say({ type: 'signal', connection, text: describe('answer', name) })
    }
    if (type === 'answer' && end.other !== undefined) {
      for (const one of [end, end.other]) {
        one.isOpen = true
        one.port.#say({ type: 'open', connection: one.connection })
      }
    }
  }

  #send(connection: string, bytes: Bytes): void {
    const end = this.#ends.get(connection)
    const arriving = this.manners.edit(bytes.slice())
    setImmediate(() => {
      const other = end?.other
      if (end?.isOpen !== true || other === undefined) return
      this.#say({ type: 'sent', connection, bytes: bytes.length, used: [] })
      if (arriving === undefined) return
      other.port.#say({ type: 'message', connection: other.connection, bytes: arriving })
    })
  }

  #close(connection: string): void {
    const end = this.#ends.get(connection)
    if (end !== undefined) MemoryRtc.#end(end)
  }

  static #end(end: End): void {
    for (const one of [end, end.other]) {
      if (one === undefined || !one.port.#ends.delete(one.connection)) continue
      one.isOpen = false
      one.port.#say({ type: 'close', connection: one.connection, reason: 'ended' })
    }
  }

  /** Never from within a command: a real one answers later. */
  #say(event: RtcEvent): void {
    setImmediate(() => {
      for (const take of this.#listeners) take(event)
    })
  }
}

function describe(type: 'offer' | 'answer', name: string): string {
  const sdp = `v=0\r\nm=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=fingerprint:${name}\r\n`
  return JSON.stringify({ type, sdp })
}

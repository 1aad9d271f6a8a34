import SimplePeer from 'simple-peer/simplepeer.min.js'
import { ownBytes, type Bytes } from '../../../protocol/bytes.ts'
import { assert } from '../../../protocol/errors.ts'
import {
  RTC_BUFFERED_BYTES_LOW,
  RTC_CANDIDATES_MAX,
  FRAME_BYTES_MAX,
  RTC_UNSENT_BYTES_MAX,
} from '../../../protocol/limits.ts'
import type { IceServer } from '../../../protocol/http/signal-json.ts'
import { bareSignal } from '../../../protocol/room/bare-signal.ts'
import { RtcSignalBudget, parseRtcSignal } from '../../../protocol/room/rtc-signal.ts'
import type { RtcSignal } from '../../../protocol/room/rtc-signal.ts'
import { isRelay } from './has-relay.ts'
import type { LinkAllowance } from './link-allowance.ts'
import type { RtcCloseReason, RtcCommand, RtcEvent, RtcPort } from './rtc-port.ts'

/** A page's own, or a native one that looks like it: what simple-peer makes its connections of. */
export type WebRtc = Readonly<{
  RTCPeerConnection: new (config?: RTCConfiguration) => PeerConnection
  RTCSessionDescription: new (description: RTCSessionDescriptionInit) => RTCSessionDescription
  RTCIceCandidate: new (candidate: RTCIceCandidateInit) => object
}>

interface PeerConnection {
  addEventListener(type: 'datachannel', take: (event: ChannelEvent) => void): void
  createDataChannel(label: string, options?: RTCDataChannelInit): RTCDataChannel
}

interface ChannelEvent extends Event {
  readonly channel?: RTCDataChannel
}

export type RtcOptions = Readonly<{
  /** The page's, unless said otherwise. */
  webRtc?: WebRtc
  allowance: LinkAllowance
}>

type ConnectCommand = Extract<RtcCommand, { type: 'connect' }>
type Say = (event: RtcEvent) => void

/** WebRTC in this thread, by simple-peer. One unordered reliable channel a connection, one message a frame. */
export function createRtcPort({ webRtc = globalThis, allowance }: RtcOptions): RtcPort {
  const links = new Map<string, RtcLink>()
  const listeners = new Set<Say>()
  const say: Say = (event) => {
    if (event.type === 'close') links.delete(event.connection)
    for (const listener of listeners) listener(event)
  }
  const connect = (command: ConnectCommand): void => {
    const { connection } = command
    assert(!links.has(connection), 'a connection to be made once')
    if (allowance.take(links.size)) links.set(connection, new RtcLink(command, webRtc, say))
    else say({ type: 'close', connection, reason: 'limit' })
  }
  return {
    send(command) {
      if (command.type === 'connect') connect(command)
      else links.get(command.connection)?.take(command)
    },
    listen(take) {
      listeners.add(take)
      return () => listeners.delete(take)
    },
  }
}

/** One connection, from its first signal to its close. */
class RtcLink {
  readonly #connection: string
  readonly #isRelayOnly: boolean
  readonly #say: Say
  readonly #peer: SimplePeer
  readonly #heard = new RtcSignalBudget()
  /** Taken over and not yet the channel's, first to go first. */
  readonly #unsent: Bytes[] = []
  #unsentBytes = 0
  #candidateCount = 0
  #channel: RTCDataChannel | undefined
  #isOpen = false
  #isOver = false

  constructor(
    { connection, isInitiator, iceServers, isRelayOnly }: ConnectCommand,
    webRtc: WebRtc,
    say: Say,
  ) {
    this.#connection = connection
    this.#isRelayOnly = isRelayOnly
    this.#say = say
    this.#peer = new SimplePeer({
      initiator: isInitiator,
      // Messages stay messages: simple-peer is a stream, which would join them.
      objectMode: true,
      channelConfig: { ordered: false },
      config: {
        iceServers: iceServers.flatMap((server) => askable(server, isRelayOnly)),
        iceTransportPolicy: isRelayOnly ? 'relay' : 'all',
      },
      wrtc: withChannels(webRtc, (channel) => this.#meet(channel)),
    })
    this.#peer
      .on('signal', (signal) => signal.type !== 'renegotiate' && this.#tell(signal))
      .on('connect', () => this.#open())
      .on('data', (data) => this.#receive(data))
      // Chromium calls it an error as well when the other end closes.
      .on('error', () => this.#end(this.#isOpen ? 'ended' : 'failed'))
      .on('close', () => this.#end(this.#isOpen ? 'ended' : 'failed'))
  }

  take(command: Exclude<RtcCommand, ConnectCommand>): void {
    switch (command.type) {
      case 'signal':
        return this.#hear(command.text)
      case 'send':
        return this.#queue(command.bytes)
      case 'close':
        return this.#end('asked')
    }
  }

  /** C06: what another end says is checked before WebRTC sees it, which throws at what it cannot read. */
  #hear(text: string): void {
    try {
      const signal = parseRtcSignal(text)
      this.#heard.take(signal)
      this.#peer.signal(signal)
    } catch {
      this.#end('signal')
    }
  }

  #tell(signal: RtcSignal): void {
    const bare = bareSignal(signal, this.#isRelayOnly)
    if (bare === undefined) return
    if (bare.type === 'candidate') this.#candidateCount += 1
    // The other end would end the connection at one more.
    if (this.#candidateCount > RTC_CANDIDATES_MAX) return
    this.#say({ type: 'signal', connection: this.#connection, text: JSON.stringify(bare) })
  }

  /** D05: simple-peer takes any number of channels, each with queues of its own, and knows the last one only. */
  #meet(channel: RTCDataChannel): void {
    if (this.#channel !== undefined) return this.#end('channels')
    this.#channel = channel
    channel.addEventListener('bufferedamountlow', () => this.#pump())
  }

  #open(): void {
    const channel = this.#channel
    if (this.#isOpen || channel === undefined) return
    this.#isOpen = true
    channel.bufferedAmountLowThreshold = RTC_BUFFERED_BYTES_LOW
    this.#say({ type: 'open', connection: this.#connection })
    this.#pump()
  }

  #receive(data: unknown): void {
    if (this.#isOver) return
    // A message may come before simple-peer has found out over which way it is connected.
    this.#open()
    if (!(data instanceof Uint8Array)) return this.#end('text')
    if (data.length > FRAME_BYTES_MAX) return this.#end('oversized')
    this.#say({ type: 'message', connection: this.#connection, bytes: ownBytes(data) })
  }

  #queue(bytes: Bytes): void {
    assert(bytes.length <= FRAME_BYTES_MAX, 'a message that the other end takes')
    this.#unsent.push(bytes)
    this.#unsentBytes += bytes.length
    this.#pump()
    if (this.#unsentBytes > RTC_UNSENT_BYTES_MAX) this.#end('unread')
  }

  #pump(): void {
    const channel = this.#channel
    if (!this.#isOpen || this.#isOver || channel === undefined) return
    let sentBytes = 0
    const used: Bytes[] = []
    // Exactly at the threshold there comes no event any more.
    while (channel.readyState === 'open' && channel.bufferedAmount <= RTC_BUFFERED_BYTES_LOW) {
      const bytes = this.#unsent.shift()
      if (bytes === undefined) break
      sentBytes += bytes.length
      if (!this.#give(bytes)) return this.#end('ended')
      used.push(bytes)
    }
    if (sentBytes === 0) return
    this.#unsentBytes -= sentBytes
    this.#say({ type: 'sent', connection: this.#connection, bytes: sentBytes, used })
  }

  /** @returns False if the channel is gone: a native one may be, and not yet say so. */
  #give(bytes: Bytes): boolean {
    try {
      this.#peer.send(bytes)
      return true
    } catch {
      return false
    }
  }

  #end(reason: RtcCloseReason): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#unsent.length = 0
    this.#peer.destroy()
    this.#say({ type: 'close', connection: this.#connection, reason })
  }
}

/**
 * What of a server is asked. A native WebRTC was seen to ask STUN servers from this machine's address, though it is to
 * use nothing but relays.
 */
function askable({ urls, ...rest }: IceServer, isRelayOnly: boolean): RTCIceServer[] {
  const asked = isRelayOnly ? urls.filter(isRelay) : [...urls]
  return asked.length === 0 ? [] : [{ urls: asked, ...rest }]
}

/** Shows each channel, ours and the other end's: simple-peer keeps its one to itself. */
function withChannels(webRtc: WebRtc, show: (channel: RTCDataChannel) => void): WebRtc {
  const { RTCPeerConnection, RTCSessionDescription, RTCIceCandidate } = webRtc
  return {
    RTCSessionDescription,
    RTCIceCandidate,
    RTCPeerConnection: class extends RTCPeerConnection {
      constructor(config?: RTCConfiguration) {
        super(config)
        this.addEventListener('datachannel', ({ channel }) => {
          if (channel !== undefined) show(channel)
        })
      }

      override createDataChannel(label: string, options?: RTCDataChannelInit): RTCDataChannel {
        const channel = super.createDataChannel(label, options)
        show(channel)
        return channel
      }
    },
  }
}

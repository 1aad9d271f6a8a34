import { isIP } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { RTCPeerConnection as NativeConnection } from 'node-datachannel/polyfill'
import type { LinkAllowance } from './client/engine/net/link-allowance.ts'
import { createRtcPort, type WebRtc } from './client/engine/net/rtc.ts'
import type { RtcPort } from './client/engine/net/rtc-port.ts'
import { FRAME_BYTES_MAX } from './protocol/limits.ts'

/** In it the other end has reached us, unless something on the way keeps it from that. */
const REACH_MS = 150
/** Then the other end, which waits for that long, has tried to reach us. */
const OPENED_MS = 2 * REACH_MS

/** As many connections as are allowed; undefined where this machine has no WebRTC. */
export async function openWebRtc(allowance: LinkAllowance): Promise<RtcPort | undefined> {
  const webRtc = await loadWebRtc()
  return webRtc && createRtcPort({ webRtc, allowance })
}

/**
 * WebRTC for Node, by libdatachannel: the one file that knows which. It is loaded when it is first needed.
 *
 * @returns undefined where there is none for this machine: then there are no peers, and seeds do.
 */
export async function loadWebRtc(): Promise<WebRtc | undefined> {
  const native = await import('node-datachannel/polyfill').catch(() => undefined)
  if (native === undefined) return undefined
  return {
    RTCIceCandidate: native.RTCIceCandidate,
    RTCSessionDescription: PlainDescription,
    RTCPeerConnection: throughRelay(inOrder(byAddress(asWritten(native.RTCPeerConnection)))),
  }
}

/** As simple-peer and a browser would have it. */
function asWritten(Base: typeof NativeConnection): typeof NativeConnection {
  return class extends Base {
    constructor(config: RTCConfiguration = {}) {
      // It cuts a message at its limit and says nothing: one byte more shows that it was too long.
      const limits = { maxMessageSize: FRAME_BYTES_MAX + 1 }
      super({ ...limits, ...withSafeCredentials(config) })
    }

    override get localDescription(): RTCSessionDescription {
      return new PlainDescription(super.localDescription)
    }

    override async createOffer(): Promise<RTCSessionDescriptionInit> {
      await super.createOffer()
      return this.localDescription
    }

    override async createAnswer(): Promise<RTCSessionDescriptionInit> {
      await super.createAnswer()
      return this.localDescription
    }
  }
}

/**
 * libdatachannel looks up each name that another end says is its address, in a thread of its own, and as many at once as
 * there are. So it hears of addresses only. A page that hides its own behind names (`.local`) reaches us first.
 */
function byAddress(Base: typeof NativeConnection): typeof NativeConnection {
  return class extends Base {
    override async setRemoteDescription(description: RTCSessionDescriptionInit): Promise<void> {
      const { type, sdp = '' } = description
      await super.setRemoteDescription({ type, sdp: withCandidates(sdp, isAddress) })
    }

    override async addIceCandidate(candidate: RTCIceCandidateInit = {}): Promise<void> {
      if (isAddress(candidate.candidate)) await super.addIceCandidate(candidate)
    }
  }
}

/** Strict, because the native parser splits words elsewhere: of `5name` it takes the priority 5 and an address. */
function isAddress(candidate = ''): boolean {
  const said = /^candidate:\S+ \d+ \S+ \d+ ([\d.:a-f]+) \d{1,5} typ \S/i.exec(candidate)
  return isIP(said?.[1] ?? '') !== 0
}

/** A description with those of its candidates that are taken. Lines end as the native parser ends them. */
function withCandidates(sdp: string, isTaken: (candidate: string) => boolean): string {
  const isKept = (line: string): boolean =>
    !line.startsWith('a=candidate:') || isTaken(line.slice('a='.length))
  return sdp.split('\n').filter(isKept).join('\n')
}

/**
 * Whoever offers is reached before it reaches out, and begins the handshake. libdatachannel drops the first words of a
 * handshake that come before it is connected itself, to hear them again a second later; and it fails one that comes
 * while it takes the answer. Measured between two of them: half of all connections took a second longer, and on a busy
 * machine 1 in 50 failed; in this order none of 600 did either.
 *
 * Nobody reaches an end that is behind a relay before that reaches out, and there a first word that comes too early can
 * stop all connections of the process for good (libdatachannel 0.24.5, mended after it by its change 1630; seen in 1 of
 * 60). So such an end lets the other one begin, or reaches out last of the two: whoever does is connected first.
 */
function inOrder(Base: typeof NativeConnection): typeof NativeConnection {
  return class extends Base {
    /** Our candidates, until the other end's description is taken. */
    #held: Event[] | undefined = []
    readonly #isRelayOnly: boolean
    #waitMs = 0
    #reached: Promise<void> | undefined

    constructor(config: RTCConfiguration = {}) {
      super(config)
      this.#isRelayOnly = config.iceTransportPolicy === 'relay'
    }

    /** Who offers as `active` begins the handshake. */
    override get localDescription(): RTCSessionDescription {
      const { type, sdp } = super.localDescription
      const setup = `a=setup:${this.#isRelayOnly ? 'passive' : 'active'}`
      return new PlainDescription({ type, sdp: sdp.replace('a=setup:actpass', setup) })
    }

    override dispatchEvent(event: Event): boolean {
      if (event.type !== 'icecandidate') return super.dispatchEvent(event)
      this.#held?.push(event)
      return this.#held !== undefined || super.dispatchEvent(event)
    }

    override async setRemoteDescription(description: RTCSessionDescriptionInit): Promise<void> {
      await super.setRemoteDescription(description)
      const held = this.#held ?? []
      this.#held = undefined
      for (const event of held) super.dispatchEvent(event)
      const { type, sdp = '' } = description
      if (type === 'answer') this.#waitMs = REACH_MS
      else if (this.#isRelayOnly && sdp.includes('a=setup:active')) this.#waitMs = OPENED_MS
    }

    override async addIceCandidate(candidate?: RTCIceCandidateInit): Promise<void> {
      this.#reached ??= delay(this.#waitMs)
      await this.#reached
      if (this.connectionState !== 'closed') await super.addIceCandidate(candidate)
    }
  }
}

/**
 * Relay-only, libdatachannel says no other candidate, but would knock at each that it hears from its own address: 7
 * packets were counted on their way past the TURN server. So it hears only of those at an address where the TURN server
 * gave us one too. Whatever else they say they are, nobody else is there to see where a packet comes from.
 */
function throughRelay(Base: typeof NativeConnection): typeof NativeConnection {
  return class extends Base {
    readonly #isRelayOnly: boolean
    /** By address: settled once the TURN server relays for us there. */
    readonly #relays = new Map<string, PromiseWithResolvers<void>>()

    constructor(config: RTCConfiguration = {}) {
      super(config)
      this.#isRelayOnly = config.iceTransportPolicy === 'relay'
    }

    override dispatchEvent(event: RTCPeerConnectionIceEvent): boolean {
      const address =
        event.type === 'icecandidate' ? relayOf(event.candidate?.candidate) : undefined
      const isTaken = super.dispatchEvent(event)
      if (address !== undefined) this.#relayAt(address).resolve()
      return isTaken
    }

    override async setRemoteDescription(description: RTCSessionDescriptionInit): Promise<void> {
      const { type, sdp = '' } = description
      const bare = withCandidates(sdp, () => false)
      await super.setRemoteDescription(this.#isRelayOnly ? { type, sdp: bare } : description)
    }

    /** Rejects, now or once it is due, where the candidate is not to be taken: whoever waits ends the connection. */
    override async addIceCandidate(candidate: RTCIceCandidateInit = {}): Promise<void> {
      if (this.#isRelayOnly) {
        const address = relayOf(candidate.candidate)
        if (address === undefined) return
        await this.#relayAt(address).promise
      }
      await super.addIceCandidate(candidate)
    }

    #relayAt(address: string): PromiseWithResolvers<void> {
      const relay = this.#relays.get(address) ?? Promise.withResolvers<void>()
      this.#relays.set(address, relay)
      return relay
    }
  }
}

/** The address of a relayed candidate. */
function relayOf(line = ''): string | undefined {
  return /candidate:\S+ \S+ \S+ \S+ (\S+) \S+ typ relay/.exec(line)?.[1]
}

/** simple-peer writes into its descriptions, and the native ones cannot be written. */
class PlainDescription implements RTCSessionDescription {
  readonly type: RTCSdpType
  sdp: string

  constructor({ type, sdp = '' }: RTCSessionDescriptionInit) {
    this.type = type
    this.sdp = sdp
  }

  toJSON(): RTCSessionDescriptionInit {
    return { type: this.type, sdp: this.sdp }
  }
}

/** They become part of a URL, and those of a TURN server that live short have a colon: `until:name`. */
function withSafeCredentials({ iceServers = [], ...config }: RTCConfiguration): RTCConfiguration {
  return {
    ...config,
    iceServers: iceServers.map(({ urls, username, credential }) => ({
      urls,
      ...(username !== undefined && { username: encodeURIComponent(username) }),
      ...(credential !== undefined && { credential: encodeURIComponent(credential) }),
    })),
  }
}

import type { Bytes } from '../../../protocol/bytes.ts'
import { LINKS_MAX, LINKS_PER_MINUTE_MAX } from '../../../protocol/limits.ts'
import { LinkAllowance } from '../../../client/engine/net/link-allowance.ts'
import { type WebRtc, createRtcPort } from '../../../client/engine/net/rtc.ts'
import type { RtcEvent, RtcPort } from '../../../client/engine/net/rtc-port.ts'
import { loadWebRtc } from '../../../skerry-webrtc.ts'

/** The native WebRTC, which every machine that runs the tests has. */
export async function nativeWebRtc(): Promise<WebRtc> {
  const webRtc = await loadWebRtc()
  if (webRtc === undefined) throw new Error('no WebRTC for this machine')
  return webRtc
}

/** One end of connections, and all that it said. */
export class RtcEnd {
  readonly port: RtcPort
  readonly events: RtcEvent[] = []

  constructor(webRtc: WebRtc, allowance = new LinkAllowance(LINKS_MAX, LINKS_PER_MINUTE_MAX)) {
    this.port = createRtcPort({ webRtc, allowance })
    this.port.listen((event) => this.events.push(event))
  }

  /** What it said of this kind. */
  said<Type extends RtcEvent['type']>(type: Type): Extract<RtcEvent, { type: Type }>[] {
    return this.events.filter((event) => isOf(event, type))
  }

  get messages(): Bytes[] {
    return this.said('message').map(({ bytes }) => bytes)
  }

  /** Why each connection that is over is over. */
  get reasons(): string[] {
    return this.said('close').map(({ reason }) => reason)
  }

  /** Resolves with the first event that fits, also one that was before. */
  async once<Type extends RtcEvent['type']>(
    type: Type,
    isIt: (event: Extract<RtcEvent, { type: Type }>) => boolean = () => true,
  ): Promise<Extract<RtcEvent, { type: Type }>> {
    const before = this.said(type).find(isIt)
    if (before !== undefined) return before
    const { promise, resolve } = Promise.withResolvers<Extract<RtcEvent, { type: Type }>>()
    const stop = this.port.listen((event) => {
      if (isOf(event, type) && isIt(event)) resolve(event)
    })
    return promise.finally(stop)
  }

  connect(connection: string, isInitiator: boolean): void {
    const rest = { iceServers: [], isRelayOnly: false }
    this.port.send({ type: 'connect', connection, isInitiator, ...rest })
  }
}

/** Two ends that hear each other's signals, as through a room. */
export function joinEnds(a: RtcEnd, b: RtcEnd): void {
  for (const [from, to] of [
    [a, b],
    [b, a],
  ] as const) {
    from.port.listen((event) => {
      if (event.type === 'signal') setImmediate(() => to.port.send(event))
    })
  }
}

/** @returns Two ends with one open connection named `one`. */
export async function connectedPair(webRtc: WebRtc): Promise<readonly [RtcEnd, RtcEnd]> {
  const [a, b] = [new RtcEnd(webRtc), new RtcEnd(webRtc)]
  joinEnds(a, b)
  b.connect('one', false)
  a.connect('one', true)
  await Promise.all([a.once('open'), b.once('open')])
  return [a, b]
}

export function closeAll(...ends: readonly RtcEnd[]): void {
  for (const { port, events } of ends) {
    const names = new Set(events.map(({ connection }) => connection))
    for (const connection of names) port.send({ type: 'close', connection })
  }
}

function isOf<Type extends RtcEvent['type']>(
  event: RtcEvent,
  type: Type,
): event is Extract<RtcEvent, { type: Type }> {
  return event.type === type
}

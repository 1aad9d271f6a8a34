import { FRAME_BYTES_MAX } from '../../protocol/limits.ts'
import type { IceServer } from '../../protocol/http/signal-json.ts'
import { RtcEnd, nativeWebRtc } from '../client/net/rtc-pair.ts'

/** What a test tells a peer of the lab. */
export type PeerAsk =
  | Readonly<{
      type: 'connect'
      isInitiator: boolean
      iceServers: readonly IceServer[]
      isRelayOnly: boolean
    }>
  | Readonly<{ type: 'signal'; text: string }>
  /** Sends so many messages of FRAME_BYTES_MAX. */
  | Readonly<{ type: 'fill'; count: number }>

/** What it says. */
export type PeerSaid =
  | Readonly<{ type: 'ready' }>
  | Readonly<{ type: 'signal'; text: string }>
  | Readonly<{ type: 'open' }>
  | Readonly<{ type: 'received'; bytes: number }>
  | Readonly<{ type: 'close'; reason: string }>

// A peer in a network of its own: the product's WebRTC for Node, told by its parent what to do.
const connection = 'one'
const { port } = new RtcEnd(await nativeWebRtc())
const say = (said: PeerSaid): unknown => process.send?.(said)

port.listen((event) => {
  if (event.type === 'signal') say({ type: 'signal', text: event.text })
  if (event.type === 'open') say({ type: 'open' })
  if (event.type === 'message') say({ type: 'received', bytes: event.bytes.length })
  if (event.type === 'close') say({ type: 'close', reason: event.reason })
})
process.on('message', (ask: PeerAsk) => {
  if (ask.type !== 'fill') return port.send({ ...ask, connection })
  for (let index = 0; index < ask.count; index += 1)
    port.send({ type: 'send', connection, bytes: new Uint8Array(FRAME_BYTES_MAX) })
  return undefined
})
process.on('disconnect', () => process.exit())
say({ type: 'ready' })

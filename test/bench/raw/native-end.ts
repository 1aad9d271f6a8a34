import { openSync, readSync } from 'node:fs'
import nodeDataChannel from 'node-datachannel'
import {
  FRAME_BYTES_MAX,
  RTC_BUFFERED_BYTES_LOW,
  SEALED_CHUNK_BYTES_MAX,
} from '../../../protocol/limits.ts'

/** What the parent asks. */
export type NativeAsk =
  | Readonly<{ type: 'answer'; sdp: string }>
  /** Sends so many messages, of nothing or from a file. */
  | Readonly<{ type: 'fill'; count: number; path?: string }>
/** What it is told. */
export type NativeSaid = Readonly<{ type: 'offer'; sdp: string }> | Readonly<{ type: 'open' }>

// A process of its own, as a seed is: one native channel, with nothing of ours in between, filled as the parent says.
const say = (said: NativeSaid): unknown => process.send?.(said)
const connection = new nodeDataChannel.PeerConnection('raw', { iceServers: [] })
connection.onGatheringStateChange((state) => {
  if (state === 'complete') say({ type: 'offer', sdp: connection.localDescription()?.sdp ?? '' })
})
const channel = connection.createDataChannel('raw', { unordered: true })
channel.setBufferedAmountLowThreshold(RTC_BUFFERED_BYTES_LOW)
channel.onOpen(() => say({ type: 'open' }))
let left = 0
let file: number | undefined
const nextMessage = (): Uint8Array => {
  if (file === undefined) return new Uint8Array(FRAME_BYTES_MAX).fill(left)
  const message = new Uint8Array(SEALED_CHUNK_BYTES_MAX)
  return message.subarray(0, readSync(file, message))
}
const pump = (): void => {
  while (left > 0 && channel.bufferedAmount() <= RTC_BUFFERED_BYTES_LOW) {
    channel.sendMessageBinary(nextMessage())
    left -= 1
  }
}
channel.onBufferedAmountLow(pump)
process.on('message', (ask: NativeAsk) => {
  if (ask.type === 'answer') return connection.setRemoteDescription(ask.sdp, 'answer')
  if (ask.path !== undefined) file = openSync(ask.path, 'r')
  left += ask.count
  return pump()
})
process.on('disconnect', () => process.exit())

import nodeDataChannel from 'node-datachannel'
import { FRAME_BYTES_MAX, RTC_BUFFERED_BYTES_LOW } from '../../../protocol/limits.ts'

/** What the parent asks. */
export type NativeAsk =
  | Readonly<{ type: 'answer'; sdp: string }>
  /** Sends so many messages. */
  | Readonly<{ type: 'fill'; count: number }>
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
const pump = (): void => {
  while (left > 0 && channel.bufferedAmount() <= RTC_BUFFERED_BYTES_LOW) {
    channel.sendMessageBinary(new Uint8Array(FRAME_BYTES_MAX).fill(left))
    left -= 1
  }
}
channel.onBufferedAmountLow(pump)
process.on('message', (ask: NativeAsk) => {
  if (ask.type === 'answer') return connection.setRemoteDescription(ask.sdp, 'answer')
  left += ask.count
  return pump()
})
process.on('disconnect', () => process.exit())

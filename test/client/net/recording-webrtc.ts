import type { WebRtc } from '../../../client/engine/net/rtc.ts'

/** Of a hostile end. */
const MESSAGE_BYTES_MAX = 16 * 1024 * 1024

export type RecordedWebRtc = Readonly<{
  webRtc: WebRtc
  /** Those made here, in order, and what makes another of the first connection. */
  channels: RTCDataChannel[]
  makeChannel: () => void
  /** Everything a description or candidate was made of before WebRTC saw it. */
  heard: (RTCSessionDescriptionInit | RTCIceCandidateInit)[]
}>

/** The same WebRTC, and what it was used for. */
export function recording({
  RTCPeerConnection,
  RTCSessionDescription,
  RTCIceCandidate,
}: WebRtc): RecordedWebRtc {
  const channels: RTCDataChannel[] = []
  const makers: (() => void)[] = []
  const heard: (RTCSessionDescriptionInit | RTCIceCandidateInit)[] = []
  const webRtc: WebRtc = {
    RTCPeerConnection: class extends RTCPeerConnection {
      constructor(config?: RTCConfiguration) {
        // The native one sends larger messages only if it is told so as well.
        const limits = { maxMessageSize: MESSAGE_BYTES_MAX }
        super({ ...config, ...limits })
      }

      override createDataChannel(label: string, options?: RTCDataChannelInit): RTCDataChannel {
        const channel = super.createDataChannel(label, options)
        channels.push(channel)
        makers.push(() => super.createDataChannel(label, options))
        return channel
      }
    },
    RTCSessionDescription: class extends RTCSessionDescription {
      constructor(description: RTCSessionDescriptionInit) {
        heard.push(description)
        super(description)
      }
    },
    RTCIceCandidate: class extends RTCIceCandidate {
      constructor(candidate: RTCIceCandidateInit) {
        heard.push(candidate)
        super(candidate)
      }
    },
  }
  return { webRtc, channels, makeChannel: () => makers[0]?.(), heard }
}

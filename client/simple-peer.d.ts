// What is used of simple-peer 9.11.1, whose prebuilt file has no types.
declare module 'simple-peer/simplepeer.min.js' {
  type Signal = Readonly<
    | { type: 'offer' | 'answer'; sdp: string }
    | { type: 'candidate'; candidate: RTCIceCandidateInit & { candidate: string } }
  >

  type PeerOptions = Readonly<{
    initiator: boolean
    objectMode: boolean
    channelConfig: RTCDataChannelInit
    config: RTCConfiguration
    wrtc: object
  }>

  class SimplePeer {
    constructor(options: PeerOptions)
    on(event: 'signal', take: (signal: Signal | Readonly<{ type: 'renegotiate' }>) => void): this
    on(event: 'data', take: (data: unknown) => void): this
    on(event: 'connect' | 'close', take: () => void): this
    on(event: 'error', take: (error: Error) => void): this
    signal(signal: Signal): void
    send(bytes: Uint8Array): void
    destroy(): void
  }

  export = SimplePeer
}

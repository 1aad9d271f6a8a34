import type { Accepted } from '../../../protocol/accept.ts'
import type { Bytes } from '../../../protocol/bytes.ts'
import type { IceServer } from '../../../protocol/http/signal-json.ts'
import type { ShareId } from '../../../protocol/share-id.ts'
import type { RtcPort } from '../net/rtc-port.ts'
import type { PeerSource } from './peer-source.ts'
import type { Privacy } from './privacy.ts'
import type { ShareShelf } from './share-shelf.ts'

export type SwarmHostOptions = Readonly<{
  shareId: ShareId
  helpKey: Bytes
  /** Origin of the signal server. */
  url: string
  /** WebRTC, here or in another thread. */
  port: RtcPort
  iceServers: () => readonly IceServer[]
  privacy: Privacy
  /** What others may ask us for. */
  shelf: ShareShelf
  /** Of what is given to others within 24 hours; no bound if undefined. */
  dailyBytesMax?: number
  listener: SwarmListener
  /** What is accepted here of the share already. */
  known: () => Accepted | undefined
  /** Told of a mistake of ours that somebody's words led to: it ended that conversation and nothing else. */
  onError: (error: unknown) => void
  nowMs: () => number
  /** 0 to 1, for spreading only. */
  random: () => number
  randomBytes: (count: number) => Bytes
}>

export type SwarmListener = Readonly<{
  /** Somebody is there who may have some of the share. */
  joined: (source: PeerSource) => void
  /** Whoever joined, or a seed that was called. */
  left: (source: PeerSource) => void
  /** Another member showed it: it hashes to the share id. @returns Whether what it says is known here. */
  genesis: (genesis: Bytes) => boolean
}>

/** How the others are doing, for people to see. */
export type SwarmState = Readonly<{
  /** People whose channel is open. */
  peerCount: number
  /** Bytes given to others, since the beginning and within the current 24 hours. */
  givenBytes: number
  dayBytes: number
  privacy: Privacy
}>

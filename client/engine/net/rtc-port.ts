import type { Bytes } from '../../../protocol/bytes.ts'
import type { IceServer } from '../../../protocol/http/signal-json.ts'

/** What is asked of the thread that has WebRTC. `connection` is a name that whoever asks has chosen, once each. */
export type RtcCommand =
  | Readonly<{
      type: 'connect'
      connection: string
      isInitiator: boolean
      iceServers: readonly IceServer[]
      /** Over a TURN server only: no address of this machine reaches the other end. */
      isRelayOnly: boolean
    }>
  /** What the other end's simple-peer said. It is checked here once more, before WebRTC sees it. */
  | Readonly<{ type: 'signal'; connection: string; text: string }>
  /** One message of at most FRAME_BYTES_MAX. The bytes are taken over, until `sent` gives their memory back. */
  | Readonly<{ type: 'send'; connection: string; bytes: Bytes }>
  /** What the channel has not sent yet is lost. */
  | Readonly<{ type: 'close'; connection: string }>

/** Why a connection is over. From `oversized` on, the other end did what no honest one does. */
export type RtcCloseReason =
  /** By the command. */
  | 'asked'
  /** By the other end, or because it cannot be reached any more. */
  | 'ended'
  /** No way there was found. */
  | 'failed'
  /** More are alive, or were made this minute, than a browser bears. */
  | 'limit'
  /** A message above FRAME_BYTES_MAX. */
  | 'oversized'
  /** Text, where all messages are bytes. */
  | 'text'
  /** More than the one channel. */
  | 'channels'
  /** A description or candidate that `parseRtcSignal` refuses. */
  | 'signal'
  /** It does not read what it asked for, or what it asks for piles up here. */
  | 'unread'
  /** More came than our own thread could take. */
  | 'flood'

/** What that thread says. Of one connection `close` is the last, and comes exactly once. */
export type RtcEvent =
  /** For the other end. Relay-only: it holds no address but the TURN server's. */
  | Readonly<{ type: 'signal'; connection: string; text: string }>
  | Readonly<{ type: 'open'; connection: string }>
  /** One whole message; they may overtake each other. */
  | Readonly<{ type: 'message'; connection: string; bytes: Bytes }>
  /** So many bytes went to the channel, which holds RTC_BUFFERED_BYTES_LOW and one message at most. */
  | Readonly<{
      type: 'sent'
      connection: string
      bytes: number
      /** Their memory, in the order of the messages: the channel has copies. Nobody's from now on but the listener's. */
      used: readonly Bytes[]
    }>
  | Readonly<{ type: 'close'; connection: string; reason: RtcCloseReason }>

/** The way to WebRTC, in this thread or another. */
export interface RtcPort {
  /** Commands for a connection that is over, or never was, do nothing: they may have crossed its end. */
  send(command: RtcCommand): void
  /** @returns What ends it. Events before the first listener are lost. */
  listen(take: (event: RtcEvent) => void): () => void
}

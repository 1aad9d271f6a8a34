import type { RtcCommand } from '../../../client/engine/net/rtc-port.ts'

/** What a test asks of the worker; each but `rtc` is answered. */
export type LabAsk =
  | Readonly<{ type: 'rtc'; port: MessagePort }>
  | Readonly<{ type: 'command'; command: Exclude<RtcCommand, { type: 'send' }> }>
  /** Sends so many numbered messages of FRAME_BYTES_MAX, with LINK_UNSENT_BYTES_MAX on their way at most. */
  | Readonly<{ type: 'fill'; connection: string; count: number }>
  /** As the page sees it, nothing is taken any more. */
  | Readonly<{ type: 'stall' }>
  | Readonly<{ type: 'report' }>

export type LabAnswer = Readonly<{
  /** All but messages and signals, as `type connection reason`. */
  events: readonly string[]
  /** Numbers of the messages that came whole, in the order in which they came. */
  received: readonly number[]
  receivedBytes: number
  sentBytes: number
  /** From the first message received to the last. */
  spentMs: number
}>

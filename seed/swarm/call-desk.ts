import type { RtcEvent, RtcPort } from '../../client/engine/net/rtc-port.ts'
import type { RoomClient, RoomEvent } from '../../client/engine/swarm/room-client.ts'
import { decodeUtf8, type Bytes } from '../../protocol/bytes.ts'
import { TokenBucket } from '../../protocol/custody/token-bucket.ts'
import { TransferError } from '../../protocol/errors.ts'
import type { IceServer } from '../../protocol/http/signal-json.ts'
import {
  SEED_BUSY_SAID,
  SEED_CALL_LATE_MS,
  SEED_CALL_MS,
  SEED_CALLS_PER_MEMBER_MAX,
} from '../../protocol/limits.ts'
import { free } from '../../protocol/memory.ts'
import { formatPayload, parsePayload, type Payload } from '../../protocol/room/payload.ts'
import type { ConnectionId, MemberId } from '../../protocol/room/room-names.ts'
import { parseRtcSignal, type RtcSignal } from '../../protocol/room/rtc-signal.ts'
import {
  encodeSeedAnswer,
  encodeSeedBusy,
  encodeSeedSignal,
} from '../../protocol/room/seed-answer.ts'
import { CallerBook } from './caller-book.ts'
import type { SwarmCounts } from './swarm-counts.ts'

/** What becomes of the calls: a connection that is open, what comes over it, and its end. */
export type CallEvent =
  | Readonly<{ type: 'open' | 'close'; connection: ConnectionId }>
  | Readonly<{ type: 'message'; connection: ConnectionId; bytes: Bytes }>
  /** How much of what was given to the channel still waits on this side of it. */
  | Readonly<{ type: 'sent'; connection: ConnectionId; unsentBytes: number }>

export type CallDeskOptions = Readonly<{
  port: RtcPort
  room: Pick<RoomClient, 'say'>
  /** Ed25519 secret key of this seed. */
  key: Bytes
  linksMax: number
  iceServers: () => readonly IceServer[]
  /** Asks for a place. @returns Whether somebody idle was let go for it. */
  makeRoom: () => boolean
  take: (event: CallEvent) => void
  counts: SwarmCounts
  nowMs: () => number
}>

type Call = {
  readonly connection: ConnectionId
  readonly from: MemberId
  readonly startedMs: number
  /** As it came: the answer is signed over it. */
  readonly offer: string
  isOpen: boolean
  unsentBytes: number
}

/** To a caller. */
const BUSY: Payload = formatPayload(encodeSeedBusy())

/** Answers who calls this seed through the signal server, each answer signed, as many as it has places for. */
export class CallDesk implements Disposable {
  readonly #options: CallDeskOptions
  /** By connection. */
  readonly #calls = new Map<string, Call>()
  readonly #callers = new CallerBook()
  readonly #busySaid = new TokenBucket(SEED_BUSY_SAID)
  readonly #stopListening: () => void

  constructor(options: CallDeskOptions) {
    this.#options = options
    this.#stopListening = options.port.listen((event) => this.#takeRtc(event))
  }

  /** What a caller said. */
  hear({ from, connection, payload }: Extract<RoomEvent, { type: 'relay' }>): void {
    const call = this.#calls.get(connection)
    // A name that somebody else took first is theirs.
    if (call !== undefined && call.from !== from) return
    const said = readSignal(payload)
    if (said === undefined) return
    const { port } = this.#options
    if (call === undefined && !this.#answer(from, connection, said.signal)) return
    port.send({ type: 'signal', connection, text: said.text })
  }

  send(connection: ConnectionId, bytes: Bytes): void {
    const call = this.#calls.get(connection)
    if (call === undefined) return
    call.unsentBytes += bytes.length
    this.#options.port.send({ type: 'send', connection, bytes })
  }

  end(connection: ConnectionId): void {
    this.#options.port.send({ type: 'close', connection })
    this.#forget(connection)
  }

  /** Gives up the calls that do not get through. */
  tick(): void {
    const { nowMs } = this.#options
    for (const { connection, isOpen, startedMs } of this.#calls.values()) {
      if (!isOpen && nowMs() >= startedMs + SEED_CALL_MS) this.end(connection)
    }
  }

  [Symbol.dispose](): void {
    for (const { connection } of this.#calls.values()) this.end(connection)
    this.#stopListening()
  }

  /** @returns Whether there is a place for it. */
  #answer(from: MemberId, connection: ConnectionId, signal: RtcSignal): boolean {
    if (signal.type !== 'offer') return false
    const { port, iceServers, counts, nowMs } = this.#options
    if (!this.#callers.take(from, nowMs())) {
      // No word either: nobody calls so often who means to be answered.
      counts.refused += 1
      return false
    }
    if (!this.#hasPlace(from)) {
      counts.refused += 1
      this.#turnAway(from, connection)
      return false
    }
    const [startedMs, offer] = [nowMs(), signal.sdp]
    this.#calls.set(connection, {
      connection,
      from,
      startedMs,
      offer,
      isOpen: false,
      unsentBytes: 0,
    })
    counts.links = this.#calls.size
    counts.answered += 1
    const ice = { iceServers: iceServers(), isRelayOnly: false }
    port.send({ type: 'connect', connection, isInitiator: false, ...ice })
    return true
  }

  /** Makes one if need be: of a call that does not get through, or of somebody idle. */
  #hasPlace(from: MemberId): boolean {
    const { linksMax, makeRoom, nowMs } = this.#options
    const calls = [...this.#calls.values()]
    const ownCount = calls.filter((call) => call.from === from).length
    if (ownCount >= SEED_CALLS_PER_MEMBER_MAX) return false
    if (calls.length < linksMax) return true
    // In the order in which they came.
    const oldest = calls.find(({ isOpen }) => !isOpen)
    if (oldest === undefined || nowMs() < oldest.startedMs + SEED_CALL_LATE_MS) return makeRoom()
    // A connection that is not open says nothing to its other end.
    this.#turnAway(oldest.from, oldest.connection)
    this.end(oldest.connection)
    return true
  }

  #turnAway(to: MemberId, connection: ConnectionId): void {
    const { room, nowMs } = this.#options
    // C05: how much is said here is not for strangers to decide, who could have the seed closed for it.
    if (!this.#busySaid.take(nowMs())) return
    room.say({ type: 'relay', to, connection, payload: BUSY })
  }

  #takeRtc(event: RtcEvent): void {
    const call = this.#calls.get(event.connection)
    if (call === undefined) return
    const { connection } = call
    const { take } = this.#options
    switch (event.type) {
      case 'signal':
        return this.#say(call, event.text)
      case 'open':
        call.isOpen = true
        return take({ type: 'open', connection })
      case 'message':
        return take({ type: 'message', connection, bytes: event.bytes })
      case 'sent':
        call.unsentBytes -= event.bytes
        for (const bytes of event.used) free(bytes)
        return take({ type: 'sent', connection, unsentBytes: call.unsentBytes })
      case 'close':
        if (event.reason === 'limit') this.#takeBack(call)
        return this.#forget(connection)
    }
  }

  /** There was a place for it, and no connection is made any more just now. */
  #takeBack({ from, connection }: Call): void {
    const { counts } = this.#options
    counts.answered -= 1
    counts.refused += 1
    this.#turnAway(from, connection)
  }

  #say({ from, connection, offer }: Call, text: string): void {
    const signal = parseSignal(text)
    if (signal === undefined) return
    const { room, key } = this.#options
    const said =
      signal.type === 'answer'
        ? encodeSeedAnswer({ connection, offer, answer: signal.sdp }, key)
        : encodeSeedSignal(signal)
    room.say({ type: 'relay', to: from, connection, payload: formatPayload(said) })
  }

  #forget(connection: ConnectionId): void {
    if (!this.#calls.delete(connection)) return
    this.#options.counts.links = this.#calls.size
    this.#options.take({ type: 'close', connection })
  }
}

/** Undefined for what no caller says: there is no answer to it. */
function readSignal(payload: Payload): Readonly<{ signal: RtcSignal; text: string }> | undefined {
  const text = textOf(payload)
  const signal = text === undefined ? undefined : parseSignal(text)
  return text === undefined || signal === undefined ? undefined : { signal, text }
}

function textOf(payload: Payload): string | undefined {
  try {
    return decodeUtf8(parsePayload(payload))
  } catch {
    // Neither base64url nor text: whoever sent it knows.
    return undefined
  }
}

function parseSignal(text: string): RtcSignal | undefined {
  try {
    return parseRtcSignal(text)
  } catch (cause) {
    if (cause instanceof TransferError) return undefined
    throw cause
  }
}

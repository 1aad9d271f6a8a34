import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { LinkAllowance } from '../../../client/engine/net/link-allowance.ts'
import { createRtcPort } from '../../../client/engine/net/rtc.ts'
import type { RtcEvent, RtcPort } from '../../../client/engine/net/rtc-port.ts'
import { encodeUtf8, type Bytes } from '../../../protocol/bytes.ts'
import { formatPayload, parsePayload } from '../../../protocol/room/payload.ts'
import { connectionIdOf, type ConnectionId } from '../../../protocol/room/room-names.ts'
import { parseRtcSignal } from '../../../protocol/room/rtc-signal.ts'
import { openSeedSignal } from '../../../protocol/room/seed-answer.ts'
import type { ServerMessage } from '../../../protocol/room/server-message.ts'
import { seedIdBytes, type SeedId } from '../../../protocol/seed-id.ts'
import { decodeFrame, encodeFrame, type Frame } from '../../../protocol/wire/frame.ts'
import { loadWebRtc } from '../../../skerry-webrtc.ts'
import { RoomVisitor } from '../../signal/rooms/room-visitor.ts'
import type { SentShare } from '../sent-share.ts'

type FrameOf<Type extends Frame['type']> = Extract<Frame, { type: Type }>

/** WebRTC as the command has it. */
export async function openNativeRtc(): Promise<RtcPort> {
  const webRtc = await loadWebRtc()
  if (webRtc === undefined) throw new Error('no WebRTC for this machine')
  return createRtcPort({ webRtc, allowance: new LinkAllowance(500, 5000) })
}

/** Somebody who calls a seed over a real data channel, and says to it whatever a test wants said. */
export class SeedCaller implements AsyncDisposable {
  readonly connection: ConnectionId = connectionIdOf(new Uint8Array(randomBytes(16)))
  readonly frames: Frame[] = []
  readonly #port: RtcPort
  readonly #room: RoomVisitor
  readonly #seedId: SeedId
  readonly #stops: (() => void)[] = []
  readonly #events = new EventTarget()
  #offer = ''
  isOpen = false
  closeReason: string | undefined
  /** Changes what comes back from the seed. */
  editAnswer = (text: string): string => text
  refusals = 0
  /** The seed was not at the signal server. */
  isAway = false

  private constructor(port: RtcPort, room: RoomVisitor, seedId: SeedId) {
    this.#port = port
    this.#room = room
    this.#seedId = seedId
    this.#stops.push(port.listen((event) => this.#takeRtc(event)))
    room.listen((message) => this.#takeRoom(message))
  }

  /** Offers a connection. */
  static async call(
    url: string,
    seedId: SeedId,
    edit?: (text: string) => string,
  ): Promise<SeedCaller> {
    const caller = new SeedCaller(await openNativeRtc(), await RoomVisitor.open(url), seedId)
    if (edit !== undefined) caller.editAnswer = edit
    const { connection } = caller
    const options = { isInitiator: true, iceServers: [], isRelayOnly: false }
    caller.#port.send({ type: 'connect', connection, ...options })
    return caller
  }

  /** Calls, and says hello with the readToken of a share once it is connected. */
  static async enter(url: string, seedId: SeedId, share: SentShare): Promise<SeedCaller> {
    const caller = await SeedCaller.call(url, seedId)
    await caller.until(() => caller.isOpen)
    caller.hello(share, share.readToken)
    return caller
  }

  /** As `enter`, as often as it takes until the seed is at the signal server and has a place. */
  static async reach(url: string, seedId: SeedId, share: SentShare): Promise<SeedCaller> {
    for (;;) {
      const caller = await SeedCaller.call(url, seedId)
      await caller.until(() => caller.isOpen || caller.isAway || caller.refusals > 0)
      if (caller.isOpen) {
        caller.hello(share, share.readToken)
        return caller
      }
      await caller[Symbol.asyncDispose]()
      await sleep(100)
    }
  }

  hello(share: SentShare, readToken: Bytes | undefined): void {
    const { id: shareId } = share
    this.say({ type: 'hello', version: 1, shareId, seq: 0, genesis: undefined, readToken })
  }

  say(frame: Frame): void {
    this.sayBytes(encodeFrame(frame))
  }

  sayBytes(bytes: Bytes): void {
    this.#port.send({ type: 'send', connection: this.connection, bytes })
  }

  /** Says something to the seed through the signal server. */
  signal(text: string): void {
    const payload = formatPayload(encodeUtf8(text))
    const { connection } = this
    this.#room.say({ type: 'call', seed: this.#seedId, connection, payload })
  }

  /** The first frame of a type, once it came. */
  async hear<Type extends Frame['type']>(type: Type): Promise<FrameOf<Type>> {
    const isIt = (frame: Frame): frame is FrameOf<Type> => frame.type === type
    await this.until(() => this.frames.some(isIt))
    const found = this.frames.find(isIt)
    if (found === undefined) throw new Error(`no ${type}`)
    return found
  }

  async until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await once(this.#events, 'change')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#port.send({ type: 'close', connection: this.connection })
    for (const stop of this.#stops) stop()
    await this.#room[Symbol.asyncDispose]()
  }

  #takeRoom(message: ServerMessage): void {
    if (message.type === 'gone') this.isAway = true
    this.#events.dispatchEvent(new Event('change'))
    if (message.type !== 'relay' || message.connection !== this.connection) return
    try {
      const said = encodeUtf8(
        this.editAnswer(Buffer.from(parsePayload(message.payload)).toString()),
      )
      const call = { connection: this.connection, offer: this.#offer }
      const signal = openSeedSignal(said, call, seedIdBytes(this.#seedId))
      const text = JSON.stringify(signal)
      this.#port.send({ type: 'signal', connection: this.connection, text })
    } catch {
      this.refusals += 1
    }
    this.#events.dispatchEvent(new Event('change'))
  }

  #takeRtc(event: RtcEvent): void {
    if (event.connection !== this.connection) return
    if (event.type === 'signal') {
      const signal = parseRtcSignal(event.text)
      if (signal.type === 'offer') this.#offer = signal.sdp
      this.signal(event.text)
    }
    if (event.type === 'open') this.isOpen = true
    if (event.type === 'message') this.frames.push(decodeFrame(event.bytes))
    if (event.type === 'close') this.closeReason = event.reason
    this.#events.dispatchEvent(new Event('change'))
  }
}

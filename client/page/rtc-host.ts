import { LINKS_MAX, LINKS_PER_MINUTE_MAX } from '../../protocol/limits.ts'
import { freeAsInChromium } from '../../protocol/memory.ts'
import { LinkAllowance } from '../engine/net/link-allowance.ts'
import type { RtcEvent, RtcPort } from '../engine/net/rtc-port.ts'
import type { RtcAsk } from '../worker/rtc-remote.ts'
import { isChromium } from '../is-chromium.ts'
import { UntakenBytes } from './untaken-bytes.ts'

/**
 * WebRTC for the engine's thread, which has none: browsers give it to pages only. Its part of the page is loaded with
 * the first connection: most visitors never make one.
 */
export class RtcHost {
  readonly #port: MessagePort
  readonly #untaken = new UntakenBytes()
  readonly #flooding = new Set<string>()
  /** Until there is a port of WebRTC to give them to. */
  readonly #waiting: Exclude<RtcAsk, { type: 'taken' }>[] = []
  #rtc: RtcPort | undefined
  #isLoading = false

  constructor(port: MessagePort) {
    this.#port = port
  }

  start(): void {
    if (isChromium()) freeAsInChromium()
    this.#port.addEventListener('message', ({ data }: MessageEvent<RtcAsk>) => this.#take(data))
    this.#port.start()
  }

  #take(ask: RtcAsk): void {
    if (ask.type === 'taken') return this.#untaken.take(ask.connection, ask.bytes)
    if (this.#rtc !== undefined) return this.#rtc.send(ask)
    if (ask.type !== 'connect' && !this.#isLoading) return undefined
    this.#waiting.push(ask)
    if (!this.#isLoading) void this.#load()
    return undefined
  }

  async #load(): Promise<void> {
    this.#isLoading = true
    this.#rtc = await loadRtc()
    this.#isLoading = false
    this.#rtc?.listen((event) => this.#tell(event))
    for (const ask of this.#waiting.splice(0)) {
      if (this.#rtc !== undefined) this.#rtc.send(ask)
      else if (ask.type === 'connect')
        this.#tell({ type: 'close', connection: ask.connection, reason: 'failed' })
    }
  }

  #tell(event: RtcEvent): void {
    if (event.type === 'message') return this.#hand(event)
    const isFlood = event.type === 'close' && this.#flooding.delete(event.connection)
    const used = event.type === 'sent' ? event.used.map(({ buffer }) => buffer) : []
    this.#port.postMessage(isFlood ? { ...event, reason: 'flood' } : event, used)
  }

  #hand(event: Extract<RtcEvent, { type: 'message' }>): void {
    const { connection, bytes } = event
    const isBearable = this.#untaken.add(connection, bytes.length)
    this.#port.postMessage(event, [bytes.buffer])
    if (isBearable) return
    this.#flooding.add(connection)
    this.#rtc?.send({ type: 'close', connection })
  }
}

/** @returns undefined where the browser has none, or the server is gone: then there are no peers, and seeds do. */
async function loadRtc(): Promise<RtcPort | undefined> {
  if (!('RTCPeerConnection' in window)) return undefined
  const part = await import('../engine/net/rtc.ts').catch(() => undefined)
  const allowance = new LinkAllowance(LINKS_MAX, LINKS_PER_MINUTE_MAX)
  return part?.createRtcPort({ allowance })
}

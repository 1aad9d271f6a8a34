import { ownBytes } from '../../protocol/bytes.ts'
import type { RtcCommand, RtcEvent, RtcPort } from '../engine/net/rtc-port.ts'

/** What the engine's thread asks of the page's. */
export type RtcAsk =
  | RtcCommand
  /** So much of what the connection received was taken out of the port between the threads. */
  | Readonly<{ type: 'taken'; connection: string; bytes: number }>

/** WebRTC as the engine's thread has it: in the page's, at the other end of a port. */
export class RtcRemote implements RtcPort {
  readonly #port: MessagePort
  readonly #listeners = new Set<(event: RtcEvent) => void>()

  constructor(port: MessagePort) {
    this.#port = port
    port.addEventListener('message', ({ data }: MessageEvent<RtcEvent>) => this.#take(data))
    port.start()
  }

  send(command: RtcCommand): void {
    if (command.type !== 'send') return this.#ask(command)
    const bytes = ownBytes(command.bytes)
    this.#ask({ ...command, bytes }, [bytes.buffer])
  }

  listen(take: (event: RtcEvent) => void): () => void {
    this.#listeners.add(take)
    return () => this.#listeners.delete(take)
  }

  #take(event: RtcEvent): void {
    if (event.type === 'message') {
      const { connection, bytes } = event
      // Before anyone takes the bytes over: then they are empty.
      this.#ask({ type: 'taken', connection, bytes: bytes.length })
    }
    for (const listener of this.#listeners) listener(event)
  }

  #ask(ask: RtcAsk, transfer: Transferable[] = []): void {
    this.#port.postMessage(ask, transfer)
  }
}

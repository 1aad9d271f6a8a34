import type { Bytes } from '../../../protocol/bytes.ts'
import { FRAME_BYTES_MAX, LINK_UNSENT_BYTES_MAX } from '../../../protocol/limits.ts'
import type { RtcEvent } from '../../../client/engine/net/rtc-port.ts'
import { type RtcAsk, RtcRemote } from '../../../client/worker/rtc-remote.ts'
import type { LabAnswer, LabAsk } from './lab-messages.ts'

let rtc: RtcRemote | undefined
let isStalled = false
const events: string[] = []
const received: number[] = []
const sends = new Map<string, { next: number; count: number; unsentBytes: number }>()
let [receivedBytes, sentBytes, firstMs, lastMs] = [0, 0, 0, 0]

addEventListener('message', ({ data }: MessageEvent<LabAsk>) => {
  take(data)
  if (data.type !== 'rtc')
    answer({ events, received, receivedBytes, sentBytes, spentMs: lastMs - firstMs })
})

const answer = (said: LabAnswer | { signal: string }): void => postMessage(said)

function take(ask: LabAsk): void {
  switch (ask.type) {
    case 'rtc':
      rtc = new RtcRemote(stallable(ask.port))
      rtc.listen(hear)
      break
    case 'command':
      rtc?.send(ask.command)
      break
    case 'fill':
      sends.set(ask.connection, { next: 0, count: ask.count, unsentBytes: 0 })
      pump(ask.connection)
      break
    case 'stall':
      isStalled = true
      break
    case 'report':
  }
}

function stallable(port: MessagePort): MessagePort {
  const say = port.postMessage.bind(port)
  return Object.assign(port, {
    postMessage(ask: RtcAsk, transfer: Transferable[]): void {
      if (!isStalled || ask.type !== 'taken') say(ask, transfer)
    },
  })
}

function hear(event: RtcEvent): void {
  switch (event.type) {
    case 'signal':
      answer({ signal: event.text })
      break
    case 'message':
      receive(event.bytes)
      break
    case 'sent':
      sentBytes += event.bytes
      settle(event.connection, event.bytes)
      break
    case 'open':
      events.push(`open ${event.connection}`)
      break
    case 'close':
      events.push(`close ${event.connection} ${event.reason}`)
  }
}

function receive(bytes: Bytes): void {
  if (received.length === 0) firstMs = performance.now()
  lastMs = performance.now()
  receivedBytes += bytes.length
  const index = new DataView(bytes.buffer).getUint32(0)
  const isWhole = bytes.length === FRAME_BYTES_MAX && bytes.at(-1) === index % 256
  received.push(isWhole ? index : Number.NaN)
}

function settle(connection: string, bytes: number): void {
  const send = sends.get(connection)
  if (send === undefined) return
  send.unsentBytes -= bytes
  pump(connection)
}

function pump(connection: string): void {
  const send = sends.get(connection)
  if (send === undefined) return
  while (send.next < send.count && send.unsentBytes + FRAME_BYTES_MAX <= LINK_UNSENT_BYTES_MAX) {
    const bytes = new Uint8Array(FRAME_BYTES_MAX).fill(send.next)
    new DataView(bytes.buffer).setUint32(0, send.next)
    rtc?.send({ type: 'send', connection, bytes })
    send.next += 1
    send.unsentBytes += FRAME_BYTES_MAX
  }
}

import { once } from 'node:events'
import { WebSocket } from 'ws'
import { formatClientMessage, type ClientMessage } from '../../../protocol/room/client-message.ts'
import { formatPayload } from '../../../protocol/room/payload.ts'
import { connectionIdOf, roomIdOf, type MemberId } from '../../../protocol/room/room-names.ts'
import { parseServerMessage } from '../../../protocol/room/server-message.ts'

export type ClientOrder =
  | Readonly<{ type: 'open'; url: string; count: number; isInRooms: boolean }>
  /** Everyone says as much, to the next one or, to a bare server, to itself; until all has arrived. */
  | Readonly<{ type: 'relay'; count: number }>

type Pupil = Readonly<{ socket: WebSocket; id: MemberId | undefined }>

const PARALLEL = 50
const ROOM_MEMBERS = 3
const SOCKETS_PER_ADDRESS = 200
// Half a description and half a candidate, sealed.
const PAYLOAD_BYTES = 600
// As long as the same payload with what a relay says besides.
const ECHO_LENGTH = 900

const pupils: Pupil[] = []
const connection = connectionIdOf(new Uint8Array(16))
const payload = formatPayload(new Uint8Array(PAYLOAD_BYTES))

process.on('message', (order: ClientOrder) => void obey(order))
process.on('disconnect', () => process.exit())

async function obey(order: ClientOrder): Promise<void> {
  if (order.type === 'open') await openUpTo(order)
  else await relay(order.count)
  process.send?.('done')
}

async function openUpTo(order: ClientOrder & { type: 'open' }): Promise<void> {
  while (pupils.length < order.count) {
    const first = pupils.length
    const count = Math.min(PARALLEL, order.count - first)
    const opened = Array.from({ length: count }, (_, i) => open(order, first + i))
    pupils.push(...(await Promise.all(opened)))
  }
}

async function open(
  { url, isInRooms }: ClientOrder & { type: 'open' },
  index: number,
): Promise<Pupil> {
  const host = 1 + Math.floor(index / SOCKETS_PER_ADDRESS)
  const options = { localAddress: `127.0.0.${host}`, perMessageDeflate: false }
  const socket = new WebSocket(`${url.replace('http', 'ws')}/v1/rooms`, options)
  const [data] = (await once(socket, 'message')) as [Buffer]
  if (!isInRooms) return { socket, id: undefined }
  const welcome = parseServerMessage(data.toString())
  const room = roomIdOf(roomBytes(Math.floor(index / ROOM_MEMBERS)))
  say(socket, { type: 'join', room })
  await once(socket, 'message')
  return { socket, id: welcome.type === 'welcome' ? welcome.member : undefined }
}

async function relay(count: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  let heardCount = 0
  const hear = (): void => {
    heardCount += 1
    if (heardCount === count) resolve()
  }
  for (const { socket } of pupils) socket.on('message', hear)
  for (let said = 0; said < count; said += 1) {
    const [from, to] = [pupils[said % pupils.length], pupils[(said + 1) % pupils.length]]
    if (from === undefined || to === undefined) throw new Error('nobody there')
    if (to.id === undefined) from.socket.send(`${said}${payload}`.padEnd(ECHO_LENGTH))
    else say(from.socket, { type: 'relay', to: to.id, connection, payload })
    // So that the server works all the time and its queue does not grow without end.
    if (said % PARALLEL === 0) await new Promise((done) => setImmediate(done))
  }
  await promise
  for (const { socket } of pupils) socket.off('message', hear)
}

function roomBytes(number: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(32)
  new DataView(bytes.buffer).setUint32(0, number)
  return bytes
}

function say(socket: WebSocket, message: ClientMessage): void {
  socket.send(formatClientMessage(message))
}

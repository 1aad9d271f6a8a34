import { subscribe } from 'node:diagnostics_channel'
import { appendFileSync } from 'node:fs'
import { Socket } from 'node:net'
import { join } from 'node:path'

// Loaded into the processes of a test network before anything of ours: writes down every byte that goes through
// their servers, as somebody on the line would see it, one file for each connection and way.

const folder = process.env['SKERRY_TEST_TAP'] ?? ''
let connections = 0

// Told after the server took it: a listener that comes later makes it read through this side of the runtime.
subscribe('net.server.socket', (message) => {
  if (typeof message !== 'object' || message === null || !('socket' in message)) return
  if (message.socket instanceof Socket) tap(message.socket)
})

function tap(socket: Socket): void {
  connections += 1
  const file = join(folder, `${socket.localPort}-${process.pid}-${connections}`)
  socket.on('data', (bytes: Buffer) => appendFileSync(`${file}.in`, bytes))
  const write = socket.write.bind(socket)
  socket.write = (bytes: string | Uint8Array, ...rest: unknown[]): boolean => {
    appendFileSync(`${file}.out`, bytes)
    return Reflect.apply(write, socket, [bytes, ...rest]) === true
  }
}

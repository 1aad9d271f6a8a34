import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { base64urlnopad } from '@scure/base'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { SentShare } from '../seed/sent-share.ts'
import { TestSeed } from '../seed/test-seed.ts'

const share = await SentShare.make('E07', { chunkCount: 8 })

// The real bounds, divided by a hundred.
const timeouts = {
  requestTimeout: 300,
  connectionTimeout: 600,
  keepAliveTimeout: 150,
  checkMs: 50,
  windowMs: 400,
}

let seed: TestSeed
beforeAll(async () => {
  seed = await TestSeed.start({ timeouts })
  await seed.create(share)
  await seed.putCheckpoint(share, share.sealed())
})
afterAll(() => seed[Symbol.asyncDispose]())

it('E07: lets nobody send the head of a request drop by drop', async () => {
  const socket = await open()
  expect(await drip(socket, 'GET / HTTP/1.1\r\nhost: a\r\nx-long: '.padEnd(5000, 'a'))).toBe(true)
})

it('E07: lets nobody send a body drop by drop, however small', async () => {
  const socket = await open()
  socket.write(head('PUT', '', 300))
  expect(await drip(socket, 'x'.repeat(5000))).toBe(true)
})

it('E07: lets nobody send an extent drop by drop, and keeps the chunks that came', async () => {
  const socket = await open()
  const { start, end } = share.upload(0, 3)
  socket.write(
    head('PATCH', '/data', end - start + 1, `content-range: bytes ${start}-${end}/*\r\n`),
  )
  socket.write(share.chunks[0] ?? '')
  expect(await drip(socket, 'x'.repeat(5000))).toBe(true)
  const held = await seed.running.shares.get(share.id)
  while (held.held.count === 0) await delay(10)
  expect(held.held.has(0)).toBe(true)
})

it('E07: waits for an upload that is slow and steady', async () => {
  const socket = await open()
  const { start, end } = share.upload(4, 5)
  socket.write(
    head('PATCH', '/data', end - start + 1, `content-range: bytes ${start}-${end}/*\r\n`),
  )
  const bytes = Buffer.concat(share.chunks.slice(4, 6))
  // Longer than any other request may take, at several times the least rate.
  const step = Math.ceil(bytes.length / 20)
  for (let offset = 0; offset < bytes.length; offset += step) {
    socket.write(bytes.subarray(offset, offset + step))
    await delay(50)
  }
  const answer: unknown[] = await once(socket, 'data')
  expect(String(answer[0])).toMatch(/^HTTP\/1\.1 200 /)
  socket.destroy()
})

it('E07: closes a connection that asks nothing more', async () => {
  const socket = await open()
  socket.write('GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n')
  expect(await Promise.race([closeOf(socket), delay(5000, false)])).toBe(true)
})

async function open(): Promise<Socket> {
  const { hostname, port } = new URL(seed.url)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  return socket
}

function head(method: string, path: string, length: number, more = ''): string {
  const token = base64urlnopad.encode(share.readToken)
  const lines = `host: a\r\nauthorization: Bearer ${token}\r\ncontent-length: ${length}\r\n${more}`
  return `${method} /v1/shares/${share.id}${path} HTTP/1.1\r\n${lines}\r\n`
}

/** Whether it was reset or ended does not matter, so an error is no failure here. */
function closeOf(socket: Socket): Promise<true> {
  const { promise, resolve } = Promise.withResolvers<true>()
  socket.resume().once('close', () => {
    resolve(true)
  })
  return promise
}

/** Sends a byte every 20 ms. @returns Whether the other side closed before it was done or 5 s were over. */
async function drip(socket: Socket, text: string): Promise<boolean> {
  const closed = closeOf(socket)
  for (let i = 0; i < 250; i += 1) {
    socket.write(text[i] ?? 'x')
    if (await Promise.race([closed, delay(20, false)])) return true
  }
  socket.destroy()
  return false
}

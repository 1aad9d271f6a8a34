import { createServer } from 'node:http'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { WebSocketServer } from 'ws'
import { startSignal } from '../../../signal/signal.ts'

// A process of its own, so that its memory and its CPU time are the server's alone. Told by its parent what to
// be: nothing but `ws`, or the signal server. Answers `figures` with what it takes.
const tell = (message: object): unknown => process.send?.(message)

process.on('message', (message) => {
  if (message === 'figures') void figures()
})
process.on('disconnect', () => process.exit())
tell({ url: process.argv[2] === 'bare' ? await startBare() : await startRooms() })

async function figures(): Promise<void> {
  // Twice, because what the first one frees is given back in the second.
  for (const _ of [1, 2, 3]) {
    globalThis.gc?.()
    await sleep(200)
  }
  const { user, system } = process.cpuUsage()
  tell({ rssBytes: process.memoryUsage.rss(), cpuMicros: user + system })
}

async function startBare(): Promise<string> {
  const server = createServer()
  const sockets = new WebSocketServer({ noServer: true, clientTracking: false })
  const opened = new Set<unknown>()
  server.on('upgrade', (request, socket, head) =>
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      opened.add(webSocket)
      webSocket.on('message', (data: Buffer) => webSocket.send(data.toString()))
      webSocket.on('close', () => opened.delete(webSocket))
      webSocket.send('welcome')
    }),
  )
  await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', 4096, resolve))
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('does not listen')
  return `http://127.0.0.1:${address.port}`
}

async function startRooms(): Promise<string> {
  const dir = mkdtempSync(join(tmpdir(), 'skerry-rooms-'))
  const options = {
    dir,
    keyFile: join(dir, 'network.key'),
    name: 'bench',
    host: '0.0.0.0',
    port: 0,
  }
  const { url } = await startSignal(options)
  return url.replace('localhost', '127.0.0.1')
}

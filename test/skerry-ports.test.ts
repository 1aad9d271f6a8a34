import { once } from 'node:events'
import { mkdtempDisposable, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { freePort, keptPorts } from '../skerry-ports.ts'

const tempDir = () => mkdtempDisposable(join(tmpdir(), 'skerry-ports-'))

it('chooses no port that a system gives to an outgoing connection', async () => {
  const ports = await Promise.all(Array.from({ length: 200 }, () => freePort()))
  expect(Math.max(...ports)).toBeLessThan(32_768)
  expect(Math.min(...ports)).toBeGreaterThan(1024)
})

it('chooses the same ports at every start, and never one twice', async () => {
  await using folder = await tempDir()
  const file = join(folder.path, 'ports.json')
  const first = await keptPorts(file, [0, 0, 0])
  expect(new Set(first).size).toBe(3)
  expect(await keptPorts(file, [0, 0, 0])).toEqual(first)
})

it('takes another port for one that a program listens on, and keeps that', async () => {
  await using folder = await tempDir()
  const file = join(folder.path, 'ports.json')
  await using server = createServer().listen(await freePort(), '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const busy = typeof address === 'object' ? (address?.port ?? 0) : 0
  await writeFile(file, JSON.stringify([busy]))
  const [other] = await keptPorts(file, [busy])
  expect(other).not.toBe(busy)
  expect(await keptPorts(file, [busy])).toEqual([other])
})

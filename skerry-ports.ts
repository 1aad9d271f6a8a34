import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { replaceFile } from './client/node/durable-file.ts'

/**
 * Where a port is looked for: below those that systems give to outgoing connections (Linux from 32,768, the
 * others from 49,152). Among those, whoever calls somebody could take it before its server listens, or while
 * that server is started again.
 */
const FIRST_PORT = 20_000
const AFTER_PORTS = 32_768

/**
 * Ports that the file keeps from one start to the next.
 *
 * @param wanted - For the first start; 0 is any.
 * @returns Those of last time, else those wanted, where they are free, else others.
 */
export async function keptPorts(file: string, wanted: readonly number[]): Promise<number[]> {
  // They are what is wanted, no more: a list that is missing or broken is written anew.
  const kept = await readFile(file, 'utf8')
    .then(parsePorts)
    .catch(() => [])
  const ports: number[] = []
  for (const [i, port] of wanted.entries()) ports.push(await freePort(kept[i] ?? port, ports))
  await replaceFile(file, JSON.stringify(ports))
  return ports
}

/** @returns The port that is wanted if it is free and not taken, else one that is. */
export async function freePort(wanted = 0, taken: readonly number[] = []): Promise<number> {
  // What was kept may be anything, and after the last port comes none.
  const isPort = Number.isInteger(wanted) && wanted > 0 && wanted < 65_536
  if (isPort && !taken.includes(wanted) && (await isFree(wanted))) return wanted
  return freePort(randomInt(FIRST_PORT, AFTER_PORTS), taken)
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer()
  server.listen(port, '127.0.0.1')
  const isListening = await once(server, 'listening').then(
    () => true,
    () => false,
  )
  if (!isListening) return false
  server.close()
  await once(server, 'close')
  return true
}

function parsePorts(text: string): number[] {
  const value: unknown = JSON.parse(text)
  const ports: unknown[] = Array.isArray(value) ? value : []
  return ports.filter((port) => typeof port === 'number')
}

import { equal } from 'node:assert/strict'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { TestNetwork } from '../e2e/network.ts'
import type { CaseContext } from '../case-runner.ts'
import { hashFile, writeRandomFile } from '../scenario/files.ts'
import { linkOf } from '../scenario/round-trip.ts'
import { megabytesPerSecond, ratioText, secondsOf } from './raw/figures.ts'
import { PlainServer } from './raw/plain-server.ts'

export const title =
  'send until two receipts, and get, against writing and reading the same bytes through one plain HTTP server with fsync'

const BYTES = 256 * 1024 * 1024
const BODY_BYTES = 4 * 1024 * 1024

export async function run({ dir }: CaseContext): Promise<string> {
  await using network = await TestNetwork.start()
  await using plain = await PlainServer.start(dir)
  const source = network.path('in', 'file.bin')
  await writeRandomFile(source, BYTES)
  const rawPut = await secondsOf(() => putAll(plain.url, source))
  let link = ''
  const send = await secondsOf(async () => {
    await using command = network.start(['send', source])
    link = await linkOf(command)
    equal((await command.finish()).code, 0)
  })
  const rawGet = await secondsOf(() => getAll(plain.url, join(dir, 'raw')))
  const get = await secondsOf(async () => {
    equal((await network.run(['get', link, '-o', network.path('out')])).code, 0)
  })
  equal(await hashFile(network.path('out', 'file.bin')), await hashFile(source))
  const rate = (seconds: number): string => megabytesPerSecond(BYTES, seconds)
  const up = `send ${rate(send)} of ${rate(rawPut)}, ${ratioText(rawPut / send)}`
  return `${up}; get ${rate(get)} of ${rate(rawGet)}, ${ratioText(rawGet / get)}`
}

/** One client, one body of 4 MiB after the other. */
async function putAll(url: string, path: string): Promise<void> {
  await using file = await open(path)
  for (let at = 0; at < BYTES; at += BODY_BYTES) {
    const body = new Uint8Array(BODY_BYTES)
    await file.read(body, 0, BODY_BYTES, at)
    await fetch(`${url}/${at / BODY_BYTES}`, { method: 'PUT', body: new Blob([body]) })
  }
}

async function getAll(url: string, path: string): Promise<void> {
  await using file = await open(path, 'w')
  for (let at = 0; at < BYTES; at += BODY_BYTES) {
    const response = await fetch(`${url}/${at / BODY_BYTES}`)
    await file.write(new Uint8Array(await response.arrayBuffer()), 0, BODY_BYTES, at)
  }
  await file.datasync()
}

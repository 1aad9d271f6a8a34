import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { CaseContext } from '../case-runner.ts'
import { PageWorld } from '../page/page-world.ts'
import { writeRandomFile } from '../scenario/files.ts'
import { median, megabytesPerSecond, ratioText, secondsOf } from './raw/figures.ts'
import { PlainServer } from './raw/plain-server.ts'

export const title =
  'sending from the page until two receipts, against PUTs of the same file as Blobs of 4 MiB by the same browser to a server that syncs each'

const BYTES = 256 * 1024 * 1024
const BODY_BYTES = 4 * 1024 * 1024
const IN_FLIGHT = 4
const ROUNDS = 3
const TIMEOUT_MS = 300_000
const PAGE = '<!doctype html><title>Raw</title><input type=file>'

export async function run({ dir, note }: CaseContext): Promise<string> {
  await using world = await PageWorld.start()
  await using plain = await PlainServer.start(dir)
  await writeFile(join(dir, encodeURIComponent('/page')), PAGE)
  const source = world.path('in', 'file.bin')
  await writeRandomFile(source, BYTES)
  const rates: Record<'raw' | 'send', number[]> = { raw: [], send: [] }
  // In turn, so that a machine that gets slower does so for both; the first round warms both.
  for (let round = 0; round <= ROUNDS; round += 1) {
    const raw = await putAll(world, `${plain.url}/page`, source)
    const send = await sendFile(world, source)
    note(`raw ${(BYTES / 1e6 / raw).toFixed(0)}, send ${(BYTES / 1e6 / send).toFixed(0)} MB/s`)
    if (round === 0) continue
    rates.raw.push(BYTES / raw)
    rates.send.push(BYTES / send)
  }
  const [raw, ours] = [median(rates.raw), median(rates.send)]
  const [send, puts] = [ours, raw].map((rate) => megabytesPerSecond(rate, 1))
  return `send ${send}, raw PUTs ${puts}, ${ratioText(ours / raw, '≥ 0.30')}`
}

/** @returns Seconds until the last body was answered. */
async function putAll(world: PageWorld, url: string, source: string): Promise<number> {
  await using tab = await world.visit(url)
  await tab.page.locator('input').setInputFiles(source)
  return await secondsOf(async () => {
    await tab.page.evaluate(
      async ([bodyBytes, inFlight]) => {
        const file = document.querySelector('input')?.files?.[0]
        if (file === undefined) throw new Error('no file')
        let at = 0
        const lane = async (): Promise<void> => {
          while (at < file.size) {
            const from = at
            at += bodyBytes
            const body = new Blob([await file.slice(from, from + bodyBytes).arrayBuffer()])
            await fetch(`/${from}`, { method: 'PUT', body })
          }
        }
        await Promise.all(Array.from({ length: inFlight }, lane))
      },
      [BODY_BYTES, IN_FLIGHT] as const,
    )
  })
}

/** @returns Seconds from the click until the page may be closed. */
async function sendFile(world: PageWorld, source: string): Promise<number> {
  await using tab = await world.visit()
  await tab.choose(source)
  return await secondsOf(async () => {
    await tab.send()
    await tab.untilStored(TIMEOUT_MS)
  })
}

import { ok } from 'node:assert/strict'
import type { CaseContext } from '../case-runner.ts'
import { TestNetwork } from '../e2e/network.ts'
import { builtPage } from '../page/built-page.ts'
import { writeRandomFile } from '../scenario/files.ts'
import { PAGE_GROWTH_BYTES_MAX } from '../scenario/page-memory.ts'
import { pageTrip } from '../scenario/page-trip.ts'

export const title =
  'a random file of 2 GiB goes from page to page the same, and no page grows by 150 MB'

const BYTES = Number(process.env['SKERRY_MIB'] ?? 2048) * 1024 ** 2
const MIB = 1024 ** 2
const TIMEOUT_MS = 900_000

export async function run({ dir, note }: CaseContext): Promise<string> {
  await builtPage()
  await using network = await TestNetwork.startWith({ args: ['--no-restart'], parent: dir })
  note('writing 2 GiB')
  const path = network.path('in', 'large.bin')
  await writeRandomFile(path, BYTES)
  note('sending it and saving it')
  const trip = await pageTrip(network, path, TIMEOUT_MS)
  const sent = `sent at ${figures(trip.sendSeconds, trip.sendGrowth)}`
  const saved = `saved at ${figures(trip.saveSeconds, trip.saveGrowth)}`
  ok(Math.max(trip.sendGrowth, trip.saveGrowth) < PAGE_GROWTH_BYTES_MAX, `${sent}, ${saved}`)
  return `SHA-256 the same; ${sent}, ${saved}`
}

function figures(seconds: number, growth: number): string {
  return `${(BYTES / 1e6 / seconds).toFixed(0)} MB/s +${(growth / MIB).toFixed(0)} MiB`
}

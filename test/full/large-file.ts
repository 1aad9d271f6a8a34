import { ok } from 'node:assert/strict'
import type { CaseContext } from '../case-runner.ts'
import { TestNetwork } from '../e2e/network.ts'
import { writeRandomFile } from '../scenario/files.ts'
import {
  formatRoundTrip,
  GROWTH_BYTES_MAX,
  largestGrowth,
  roundTrip,
} from '../scenario/round-trip.ts'

export const title = 'a random file of 2 GiB comes back the same, and no process grows by 200 MB'

const BYTES = 2 * 1024 ** 3

export async function run({ dir, note }: CaseContext): Promise<string> {
  await using network = await TestNetwork.startWith({ args: ['--no-restart'], parent: dir })
  note('writing 2 GiB')
  await writeRandomFile(network.path('large', 'file.bin'), BYTES)
  note('sending it and getting it')
  const trip = await roundTrip(network, 'large')
  const figures = formatRoundTrip(BYTES, trip)
  ok(largestGrowth(trip) < GROWTH_BYTES_MAX, figures)
  return `SHA-256 the same; ${figures}`
}

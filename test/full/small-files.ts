import { ok } from 'node:assert/strict'
import type { CaseContext } from '../case-runner.ts'
import { TestNetwork } from '../e2e/network.ts'
import { writeSmallFiles } from '../scenario/files.ts'
import {
  formatRoundTrip,
  GROWTH_BYTES_MAX,
  largestGrowth,
  roundTrip,
} from '../scenario/round-trip.ts'

export const title = 'a folder of 20,000 files comes back the same, and no process grows by 200 MB'

const COUNT = 20_000
/** Of 0 to 2,000 bytes each. */
const BYTES = COUNT * 1000

export async function run({ dir, note }: CaseContext): Promise<string> {
  await using network = await TestNetwork.startWith({ args: ['--no-restart'], parent: dir })
  note('writing 20,000 files')
  await writeSmallFiles(network.path('small'), COUNT)
  note('sending them and getting them')
  const trip = await roundTrip(network, 'small')
  const figures = formatRoundTrip(BYTES, trip)
  ok(largestGrowth(trip) < GROWTH_BYTES_MAX, figures)
  return `SHA-256 the same; ${figures}`
}

import { expect, it } from 'vitest'
import { TestNetwork } from '../e2e/network.ts'
import { writeRandomFile } from '../scenario/files.ts'
import { PAGE_GROWTH_BYTES_MAX } from '../scenario/page-memory.ts'
import { pageTrip } from '../scenario/page-trip.ts'
import { builtPage } from './built-page.ts'

/** A page that holds as much at once grows by more than it may. */
const BYTES = 144 * 1024 * 1024
const TIMEOUT_MS = 100_000

it('no page holds a file in memory, neither the one that sends it nor the one that saves it', async () => {
  await builtPage()
  await using network = await TestNetwork.start('--no-restart')
  const path = network.path('in', 'large.bin')
  await writeRandomFile(path, BYTES)
  const { sendGrowth, saveGrowth } = await pageTrip(network, path, TIMEOUT_MS)
  expect(sendGrowth).toBeLessThan(PAGE_GROWTH_BYTES_MAX)
  expect(saveGrowth).toBeLessThan(PAGE_GROWTH_BYTES_MAX)
})

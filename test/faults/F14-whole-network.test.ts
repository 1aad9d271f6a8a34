import { rm } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { TestNetwork } from '../e2e/network.ts'
import { PreloadRules } from '../e2e/preload-rules.ts'
import { untilAllHold } from '../scenario/custody-status.ts'
import { assertEnded } from '../scenario/endings.ts'
import { writeRandomFile } from '../scenario/files.ts'
import { assertDone, assertSame, get, send } from '../scenario/round-trip.ts'

const DAY_MS = 86_400_000

it('F14: with clocks a day apart, shares are stored, read, extended and deleted all the same', async () => {
  const seeds = { 'seed-1-nz': DAY_MS, 'seed-2-de': -DAY_MS }
  await using rules = await PreloadRules.create({ clockMs: seeds })
  await using network = await TestNetwork.startWith({ args: ['--no-restart'], env: rules.env })
  await writeRandomFile(network.path('in', 'file.bin'), 5 * 1024 ** 2)
  for (const clientMs of [DAY_MS, -DAY_MS]) {
    // Commands go by the clock of the person who gives them.
    await rules.set({ clockMs: { ...seeds, client: clientMs } })
    const { link, owner } = await send(network, 'in')
    const own = async (...command: string[]): Promise<void> =>
      assertDone(await network.run([...command, '--token-file', '-'], { input: owner }))
    await own('extend', '--expires', '30d')
    // Read by who is a day away from the sender.
    await rules.set({ clockMs: { ...seeds, client: -clientMs } })
    await get(network, link, 'in')
    await assertSame(network, 'in')
    await rm(network.path('in-out'), { recursive: true })
    expect((await untilAllHold(network, link)).share.isPolicyMet).toBe(true)
    await own('delete')
    assertEnded(await network.run(['get', link, '-o', network.path('out')]), 'SHARE_DELETED')
  }
})

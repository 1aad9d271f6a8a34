import { rm } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TestNetwork } from '../e2e/network.ts'
import { PreloadRules } from '../e2e/preload-rules.ts'
import { untilAllHold } from '../scenario/custody-status.ts'
import { assertEnded } from '../scenario/endings.ts'
import { writeRandomFile } from '../scenario/files.ts'
import { assertDone, assertSame, get, send } from '../scenario/round-trip.ts'

const DAY_MS = 86_400_000
const SEEDS = { 'seed-1-nz': DAY_MS, 'seed-2-de': -DAY_MS }

describe('F14: seeds whose clocks are a day ahead and a day behind', () => {
  let rules: PreloadRules
  let network: TestNetwork
  beforeAll(async () => {
    rules = await PreloadRules.create({ clockMs: SEEDS })
    network = await TestNetwork.startWith({ args: ['--no-restart'], env: rules.env })
    await writeRandomFile(network.path('in', 'file.bin'), 5 * 1024 ** 2)
  })
  afterAll(async () => {
    await network[Symbol.asyncDispose]()
    await rules[Symbol.asyncDispose]()
  })

  it.each([
    ['ahead', DAY_MS],
    ['behind', -DAY_MS],
  ])('F14: serve a sender a day %s and a reader as far the other way', async (_way, clientMs) => {
    // Commands go by the clock of the person who gives them.
    await rules.set({ clockMs: { ...SEEDS, client: clientMs } })
    const { link, owner } = await send(network, 'in')
    const own = async (...command: string[]): Promise<void> =>
      assertDone(await network.run([...command, '--token-file', '-'], { input: owner }))
    await own('extend', '--expires', '30d')
    await rules.set({ clockMs: { ...SEEDS, client: -clientMs } })
    await get(network, link, 'in')
    await assertSame(network, 'in')
    await rm(network.path('in-out'), { recursive: true })
    expect((await untilAllHold(network, link)).share.isPolicyMet).toBe(true)
    await own('delete')
    assertEnded(await network.run(['get', link, '-o', network.path('out')]), 'SHARE_DELETED')
  })
})

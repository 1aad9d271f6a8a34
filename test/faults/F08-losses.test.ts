import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TestNetwork } from '../e2e/network.ts'
import { writeRandomFile } from '../scenario/files.ts'
import {
  emptySeed,
  getWithoutSignalAndOneSeed,
  healAfterLoss,
  killEverything,
  sendWhileSignalDies,
  type StoredShare,
} from '../scenario/losses.ts'
import { get, send } from '../scenario/round-trip.ts'

describe('what is stored outlives the loss of', () => {
  let network: TestNetwork
  let share: StoredShare
  beforeAll(async () => {
    network = await TestNetwork.start('--no-restart')
    await writeRandomFile(network.path('in', 'file.bin'), 9 * 1024 ** 2)
    const { link } = await send(network, 'in')
    share = { folder: 'in', link }
    await get(network, link, 'in', { home: 'reader' })
  })
  afterAll(() => network[Symbol.asyncDispose]())

  it('F08: a whole seed, which is filled again without anyone asking, and status says so', async () => {
    const words = await emptySeed(network, share, network.seed(0))
    expect(words[0]).toBe('unreachable')
    expect(words.at(-1)).toBe('all')
  })

  it('F08: every sealed chunk, where somebody has the files and heals it', async () => {
    expect(await healAfterLoss(network, share)).toEqual(['all', 'all'])
  })

  it('F13: the signal server, while a share is sent, and then of either seed as well', async () => {
    await writeRandomFile(network.path('late', 'file.bin'), 24 * 1024 ** 2)
    const late = { folder: 'late', link: await sendWhileSignalDies(network, 'late') }
    // Its sender, and whoever got something before, know where the seeds are.
    expect(await getWithoutSignalAndOneSeed(network, late)).toBe(6)
  })

  it('P4: every process at once', async () => {
    expect((await killEverything(network, share)).share.isPolicyMet).toBe(true)
  })
})

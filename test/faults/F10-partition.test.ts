import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TestNetwork } from '../e2e/network.ts'
import { PreloadRules } from '../e2e/preload-rules.ts'
import { writeRandomFile } from '../scenario/files.ts'
import { changeWhilePartitioned, sendWhileCutOff } from '../scenario/partition.ts'

describe('parts of the network that do not reach each other', () => {
  let network: TestNetwork
  let rules: PreloadRules
  beforeAll(async () => {
    rules = await PreloadRules.create()
    network = await TestNetwork.startWith({ args: ['--no-restart'], env: rules.env })
    await writeRandomFile(network.path('in', 'file.bin'), 5 * 1024 ** 2)
  })
  afterAll(async () => {
    await network[Symbol.asyncDispose]()
    await rules[Symbol.asyncDispose]()
  })

  it('F11: a sender cut off from one seed is told stored only when both hold it', async () => {
    await expect(sendWhileCutOff({ network, rules }, 'in')).resolves.toBeUndefined()
  })

  it('F10: seeds cut off from each other converge to the newest checkpoint, and deletes win', async () => {
    await expect(changeWhilePartitioned({ network, rules }, 'in')).resolves.toBeUndefined()
  })
})

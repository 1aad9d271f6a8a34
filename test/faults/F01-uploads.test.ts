import { expect, it } from 'vitest'
import { TestNetwork } from '../e2e/network.ts'
import { killSeedsWhileSending } from '../scenario/seed-kills.ts'

it('F01: seeds killed at 10 random moments of uploads come back, and the uploads end stored', async () => {
  await using network = await TestNetwork.start('--no-restart')
  const plan = { kills: 10, killsPerUpload: 5, bytes: 24 * 1024 ** 2, seed: 1 }
  const { kills } = await killSeedsWhileSending(network, plan)
  expect(kills).toBe(10)
})

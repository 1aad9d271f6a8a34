import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TestNetwork } from '../e2e/network.ts'
import { killSeedsWhileSending } from '../scenario/seed-kills.ts'

describe('seeds killed in the middle of uploads', () => {
  let network: TestNetwork
  beforeAll(async () => (network = await TestNetwork.start('--no-restart')))
  afterAll(() => network[Symbol.asyncDispose]())

  it.each([1, 2])(
    'F01: come back after 5 random moments, and the upload ends stored, random %i',
    async (seed) => {
      const plan = { kills: 5, killsPerUpload: 5, bytes: 24 * 1024 ** 2, seed }
      const { kills } = await killSeedsWhileSending(network, plan)
      expect(kills).toBe(5)
    },
  )
})

import { expect, it } from 'vitest'
import { TestNetwork } from '../e2e/network.ts'
import { killGet, killSend } from '../scenario/command-kills.ts'
import { writeRandomFile } from '../scenario/files.ts'

it('F22: send and get, killed at random moments, go on from there when they are given again', async () => {
  await using network = await TestNetwork.start('--no-restart')
  const plan = { folder: 'in', bytes: 40 * 1024 ** 2, kills: 2, seed: 1 }
  await writeRandomFile(network.path('in', 'file.bin'), plan.bytes)
  const sent = await killSend(network, plan)
  const got = await killGet(network, { ...plan, link: sent.link })
  // A kill that comes too late is none: a machine is never so slow that all of them are.
  expect(sent.kills).toBeGreaterThan(0)
  expect(got.kills).toBeGreaterThan(0)
})

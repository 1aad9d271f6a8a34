import type { CaseContext } from '../case-runner.ts'
import { TestNetwork } from '../e2e/network.ts'
import { killSeedsWhileSending } from '../scenario/seed-kills.ts'

export const title =
  'F01: seeds killed at 100 random moments of uploads come back, and the uploads end stored'

export async function run({ dir, note }: CaseContext): Promise<string> {
  await using network = await TestNetwork.startWith({ args: ['--no-restart'], parent: dir })
  const plan = { kills: 100, killsPerUpload: 3, bytes: 64 * 1024 ** 2, seed: 2, note }
  const { kills, uploads } = await killSeedsWhileSending(network, plan)
  return `${kills} kills in ${uploads} uploads, all stored and got back the same`
}

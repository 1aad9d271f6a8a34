import { expect, it } from 'vitest'
import { hashFile, writeRandomFile } from '../scenario/files.ts'
import { assertStored, linkOf } from '../scenario/round-trip.ts'
import { TestNetwork } from './network.ts'

it('send gives a share to who gets it before any seed has a byte of it, and stores it once they answer', async () => {
  await using network = await TestNetwork.start('--no-restart')
  await writeRandomFile(network.path('in', 'file.bin'), 8 * 1024 ** 2)
  // They take connections and never answer.
  network.signalSeeds('SIGSTOP')
  await using sending = network.start(['send', network.path('in')])
  const link = await linkOf(sending)
  const { code } = await network.run(['get', link, '-o', network.path('out')])
  network.signalSeeds('SIGCONT')
  expect(code).toBe(0)
  const sent = await hashFile(network.path('in', 'file.bin'))
  expect(await hashFile(network.path('out', 'in', 'file.bin'))).toBe(sent)
  assertStored(await sending.finish())
})

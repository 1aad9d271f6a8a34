import { expect, it } from 'vitest'
import { writeRandomFile } from '../scenario/files.ts'
import { assertStored, linkOf } from '../scenario/round-trip.ts'
import { TestNetwork } from './network.ts'
import { type RunningCommand } from './running-command.ts'
import { PreloadRules } from './preload-rules.ts'

const BYTES = 12 * 1024 ** 2

/** Waits until it has all. @returns How much of it the command had given to others by then. */
async function givenBy(getting: RunningCommand): Promise<number> {
  const serving = await getting.until(({ event }) => event === 'serving')
  return Number(serving['givenBytes'])
}

// In the order of the stream both have the same at any time, and give each other nothing.
it('two who get a share at once over slow lines to its seeds give each other chunks of it', async () => {
  await using rules = await PreloadRules.create({ partMs: { client: 500 } })
  await using network = await TestNetwork.start('--no-restart')
  await writeRandomFile(network.path('in', 'file.bin'), BYTES)
  await using sending = network.start(['send', network.path('in')])
  const link = await linkOf(sending)
  assertStored(await sending.finish())
  await using stack = new AsyncDisposableStack()
  const both = ['first', 'second'].map((name) => {
    const args = ['get', link, '-o', network.path(name), '--keep-serving']
    return stack.use(network.start(args, { home: name, env: rules.env }))
  })
  const [first = 0, second = 0] = await Promise.all(both.map((getting) => givenBy(getting)))
  // How many depends on how soon they meet: on a quiet machine four fifths of the share.
  // Hashes alone are given bytes, too: a few thousand.
  expect(first + second).toBeGreaterThan(1024 ** 2)
})

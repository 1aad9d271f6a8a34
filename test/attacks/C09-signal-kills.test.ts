import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { TestNetwork } from '../e2e/network.ts'
import type { RunningCommand } from '../e2e/running-command.ts'
import { hashFile, writeRandomFile } from '../scenario/files.ts'
import { assertStored, linkOf } from '../scenario/round-trip.ts'

type Scene = Readonly<{ network: TestNetwork; helper: RunningCommand; getting: RunningCommand }>

const BYTES = 32 * 1024 ** 2
const KILLS = 2
const LOOK_MS = 20

/**
 * Kills what is the signal server, waits until more has come without it, and lets nothing come until it is back: else
 * all would be there before the next kill.
 *
 * @returns Whether bytes came while there was none.
 */
async function killSignalAt(bytes: number, { network, helper, getting }: Scene): Promise<boolean> {
  await getting.until(({ doneBytes }) => Number(doneBytes) >= bytes)
  await network.killSignal()
  // `until` looks at what was said before as well.
  const before = Number(getting.said.at(-1)?.['doneBytes'])
  await getting.until(({ doneBytes }) => Number(doneBytes) > before)
  const isWithout = !network.isSignalRunning
  helper.kill('SIGSTOP')
  while (!network.isSignalRunning) await sleep(LOOK_MS)
  helper.kill('SIGCONT')
  return isWithout
}

it('C09: what comes from another goes on while the signal server is killed over and over, and who comes later meets them', async () => {
  await using network = await TestNetwork.start()
  const source = network.path('in', 'file.bin')
  await writeRandomFile(source, BYTES)
  await using sending = network.start(['send', source])
  const link = await linkOf(sending)
  assertStored(await sending.finish())
  const getArgs = (home: string): string[] => ['get', link, '-o', network.path(home, 'out')]
  await using helper = network.start([...getArgs('helper'), '--keep-serving'], { home: 'helper' })
  await helper.until(({ event }) => event === 'serving')

  // Seeds take connections and never answer: all that comes, comes from the other person.
  network.signalSeeds('SIGSTOP')
  using stopped = new DisposableStack()
  stopped.defer(() => network.signalSeeds('SIGCONT'))
  await using first = network.start(getArgs('first'), { home: 'first' })
  const scene = { network, helper, getting: first }
  for (let kill = 0; kill < KILLS; kill += 1)
    expect(await killSignalAt(1 + (kill * BYTES) / KILLS, scene)).toBe(true)
  expect(await first.finish()).toMatchObject({ code: 0 })
  // The helper comes back by itself: nobody else has anything.
  expect(await network.run(getArgs('late'), { home: 'late' })).toMatchObject({ code: 0 })

  for (const home of ['first', 'late'])
    expect(await hashFile(network.path(home, 'out', 'file.bin'))).toBe(await hashFile(source))
})

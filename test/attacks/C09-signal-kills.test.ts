import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { TestNetwork } from '../e2e/network.ts'
import type { RunningCommand } from '../e2e/running-command.ts'
import { hashFile, writeRandomFile } from '../scenario/files.ts'
import { assertStored, linkOf } from '../scenario/round-trip.ts'

type Scene = Readonly<{ network: TestNetwork; pace: Pace; getting: RunningCommand }>

const BYTES = 32 * 1024 ** 2
const KILLS = 2
const LOOK_MS = 20
const RUN_MS = 25
const REST_MS = 75

/** Lets a command run a quarter of the time: on a fast machine all would be there before anything is killed. */
class Pace implements AsyncDisposable {
  isHeld = false
  #isOver = false
  readonly #pacing: Promise<void>

  constructor(command: RunningCommand) {
    this.#pacing = this.#run(command)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true
    await this.#pacing
  }

  async #run(command: RunningCommand): Promise<void> {
    while (!this.#isOver) {
      command.kill('SIGSTOP')
      await sleep(REST_MS)
      if (this.isHeld) continue
      command.kill('SIGCONT')
      await sleep(RUN_MS)
    }
    command.kill('SIGCONT')
  }
}

/**
 * Kills what is the signal server, waits until more has come without it, and lets nothing come until it is back: else
 * all would be there before the next kill.
 *
 * @returns Whether bytes came while there was none.
 */
async function killSignalAt(bytes: number, { network, pace, getting }: Scene): Promise<boolean> {
  await getting.until(({ doneBytes }) => Number(doneBytes) >= bytes)
  await network.killSignal()
  // `until` looks at what was said before as well.
  const before = Number(getting.said.at(-1)?.['doneBytes'])
  await getting.until(({ doneBytes }) => Number(doneBytes) > before)
  const isWithout = !network.isSignalRunning
  pace.isHeld = true
  while (!network.isSignalRunning) await sleep(LOOK_MS)
  pace.isHeld = false
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
  {
    await using pace = new Pace(helper)
    const scene = { network, pace, getting: first }
    for (let kill = 0; kill < KILLS; kill += 1)
      expect(await killSignalAt(1 + (kill * BYTES) / KILLS, scene)).toBe(true)
  }
  expect(await first.finish()).toMatchObject({ code: 0 })
  // The helper comes back by itself: nobody else has anything.
  expect(await network.run(getArgs('late'), { home: 'late' })).toMatchObject({ code: 0 })

  for (const home of ['first', 'late'])
    expect(await hashFile(network.path(home, 'out', 'file.bin'))).toBe(await hashFile(source))
})

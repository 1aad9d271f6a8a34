import { readdir, rm } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { createRandom } from '../random.ts'
import { hashFile, writeRandomFile } from '../scenario/files.ts'
import { assertDone, assertStored, linkOf } from '../scenario/round-trip.ts'
import { TestNetwork, type Said } from './network.ts'

const MIB = 1024 * 1024
/** What may be on its way when a process dies: a window of sealed chunks. */
const IN_FLIGHT_BYTES = 64 * MIB

async function sendBlob(network: TestNetwork, bytes: number): Promise<string> {
  await writeRandomFile(network.path('blob'), bytes)
  await using send = network.start(['send', network.path('blob')])
  const link = await linkOf(send)
  assertStored(await send.finish())
  return link
}

function doneBytes({ doneBytes: done }: Said): number {
  return Number(done)
}

describe('get, as a process', () => {
  it('F22: killed at random moments, the same command goes on from there and ends whole', async () => {
    await using network = await TestNetwork.start()
    const link = await sendBlob(network, 96 * MIB)
    const random = createRandom(5)
    const command = ['get', link, '-o', network.path('out')]
    let before = 0
    for (let round = 0; round < 3; round += 1) {
      await using get = network.start(command)
      const first = await get.until(({ event, note }) => event === 'progress' && note === undefined)
      // All but what was in flight is still there.
      expect(doneBytes(first)).toBeGreaterThanOrEqual(before === 0 ? 0 : before - IN_FLIGHT_BYTES)
      await pause(random() * 500)
      get.kill('SIGKILL')
      const { said } = await get.finish()
      before = Math.max(before, ...said.filter(({ event }) => event === 'progress').map(doneBytes))
    }
    expect((await readdir(network.path('out'))).every((name) => name.startsWith('.skerry-'))).toBe(
      true,
    )
    assertDone(await network.run(command))
    expect(await readdir(network.path('out'))).toEqual(['blob'])
    expect(await hashFile(network.path('out', 'blob'))).toBe(await hashFile(network.path('blob')))
  })

  it('P7: with the signal server and either seed dead, a stored share comes from the kept directory', async () => {
    await using network = await TestNetwork.start('--no-restart')
    const link = await sendBlob(network, 3 * MIB)
    const expected = await hashFile(network.path('blob'))
    process.kill(network.signalPid, 'SIGKILL')
    const [first, second] = network.seeds
    process.kill(first?.pid ?? 0, 'SIGSTOP')
    assertDone(await network.run(['get', link, '-o', network.path('out')]))
    expect(await hashFile(network.path('out', 'blob'))).toBe(expected)
    await rm(network.path('out'), { recursive: true })
    process.kill(first?.pid ?? 0, 'SIGCONT')
    process.kill(second?.pid ?? 0, 'SIGKILL')
    assertDone(await network.run(['get', link, '-o', network.path('out')]))
    expect(await hashFile(network.path('out', 'blob'))).toBe(expected)
  })
})

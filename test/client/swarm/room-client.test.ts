import { afterEach, expect, it, vi } from 'vitest'
import { RoomClient } from '../../../client/engine/swarm/room-client.ts'

afterEach(() => vi.restoreAllMocks())

const realTimeout = setTimeout
/** Nobody listens there. */
const url = 'http://127.0.0.1:9'

/** @returns The pauses, ms, before the first tries to come back. */
async function pausesOf(random: number, count: number): Promise<number[]> {
  const pauses: number[] = []
  vi.spyOn(globalThis, 'setTimeout').mockImplementation((run, ms = 0) => {
    // What watches for an answer is no pause, nor what others do at once.
    if (ms !== 20_000 && ms > 0) pauses.push(ms)
    return realTimeout(run, ms === 20_000 ? ms : 0)
  })
  using room = new RoomClient({ url, random: () => random, take: () => undefined })
  room.start()
  await vi.waitUntil(() => pauses.length >= count, { timeout: 20_000, interval: 1 })
  return pauses.slice(0, count)
}

it('C09: comes back later each time, and never together with all the others', async () => {
  const [soonest, latest] = [await pausesOf(0, 7), await pausesOf(1, 7)]
  expect(soonest).toEqual([500, 1000, 2000, 4000, 8000, 15_000, 15_000])
  expect(latest).toEqual([1500, 3000, 6000, 12_000, 24_000, 45_000, 45_000])
})

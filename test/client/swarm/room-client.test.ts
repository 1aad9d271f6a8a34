import { afterEach, describe, expect, it, vi } from 'vitest'
import { RoomClient, type RoomEvent } from '../../../client/engine/swarm/room-client.ts'
import { roomRules } from '../../../protocol/limits.ts'
import { fixedBytes, NOW_MS } from '../../protocol/owner.ts'
import { ListeningSignal } from '../../signal/listening-signal.ts'
import { deriveMemberId, memberSecretOf } from '../../../protocol/room/room-names.ts'
import { RoomVisitor, testRoom } from '../../signal/rooms/room-visitor.ts'
import { SilentRooms } from './silent-rooms.ts'

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
  room.enter(testRoom('nowhere'))
  await vi.waitUntil(() => pauses.length >= count, { timeout: 20_000, interval: 1 })
  return pauses.slice(0, count)
}

it('C09: comes back later each time, and never together with all the others', async () => {
  const [soonest, latest] = [await pausesOf(0, 7), await pausesOf(1, 7)]
  expect(soonest).toEqual([500, 1000, 2000, 4000, 8000, 15_000, 15_000])
  expect(latest).toEqual([1500, 3000, 6000, 12_000, 24_000, 45_000, 45_000])
})

/** Until a `join` is said again, where `random` is 0.5; for an answer; through a silence. */
const HELD_MS = [5000, 20_000, 60_000] as const

type HeldTime = Readonly<{ isAwaited: (ms: number) => boolean; pass: (ms: number) => void }>

/** Holds what waits for those, until that time passes. */
function holdTime(): HeldTime {
  const held = new Map<unknown, () => void>()
  vi.spyOn(globalThis, 'setTimeout').mockImplementation((run, ms = 0) => {
    const isHeld = HELD_MS.some((heldMs) => heldMs === ms)
    if (isHeld) held.set(ms, run)
    return realTimeout(isHeld ? () => undefined : run, 0)
  })
  const pass = (ms: number): void => {
    const run = held.get(ms)
    held.delete(ms)
    run?.()
  }
  return { isAwaited: (ms) => held.has(ms), pass }
}

describe('C09: a server of which nothing is heard for a minute', () => {
  it.each(['in a room', 'a seed'])('is asked, and left if it is silent: %s', async (who) => {
    const { pass } = holdTime()
    await using rooms = await SilentRooms.open()
    const events: string[] = []
    const prove = who === 'a seed' ? { prove: () => new Uint8Array(128) } : {}
    const take = ({ type }: { type: string }): void => void events.push(type)
    using room = new RoomClient({ url: rooms.url, random: () => 0, take, ...prove })
    if (who === 'in a room') room.enter(testRoom('silent'))
    else room.start()
    await expect.poll(() => events.at(-1)).toBe(who === 'in a room' ? 'peers' : 'welcome')
    pass(60_000)
    await expect.poll(() => rooms.heard.at(-1)).toBe('peers')
    expect(room.self).toBeDefined()
    pass(20_000)
    expect([room.self, events.at(-1)]).toEqual([undefined, 'away'])
    await expect.poll(() => events.at(-1)).toBe(who === 'in a room' ? 'peers' : 'welcome')
  })

  it('is kept if it answers, though it is only that it has no answer', async () => {
    await using server = await ListeningSignal.start()
    const { pass } = holdTime()
    const events: string[] = []
    const take = ({ type }: { type: string }): void => void events.push(type)
    using room = new RoomClient({ url: server.url, random: () => 0, take })
    room.enter(testRoom('kept'))
    await expect.poll(() => events).toEqual(['welcome', 'peers'])
    const { self } = room
    pass(60_000)
    await expect.poll(() => events).toEqual(['welcome', 'peers', 'peers'])
    expect(room.self).toBe(self)
  })

  it('is let go of by who left the room, and looked for again when somebody is called', async () => {
    const { pass } = holdTime()
    await using rooms = await SilentRooms.open()
    const events: string[] = []
    const take = ({ type }: { type: string }): void => void events.push(type)
    using room = new RoomClient({ url: rooms.url, random: () => 0, take })
    room.enter(testRoom('left'))
    await expect.poll(() => events).toEqual(['welcome', 'peers'])
    room.exit()
    await expect.poll(() => rooms.heard.at(-1)).toBe('leave')
    pass(60_000)
    expect([room.self, events.at(-1)]).toEqual([undefined, 'away'])
    await expect.poll(() => rooms.count).toBe(0)
    room.start()
    await expect.poll(() => events.at(-1)).toBe('welcome')
  })
})

describe('who changed its mind more often than the server takes', () => {
  it('says again that it comes into the room, until that is taken: others meet it then', async () => {
    let nowMs = NOW_MS
    await using server = await ListeningSignal.start({ nowMs: () => nowMs })
    const time = holdTime()
    let answerCount = 0
    const take = ({ type }: RoomEvent): void => void (answerCount += type === 'peers' ? 1 : 0)
    using room = new RoomClient({ url: server.url, random: () => 0.5, take })
    await using watcher = await RoomVisitor.open(server.url)
    room.enter(testRoom('changed'))
    await expect.poll(() => answerCount).toBe(1)
    expect(await watcher.join(testRoom('changed'))).toEqual([room.self])
    for (let change = 0; change < roomRules.looks.burst; change += 1) {
      room.exit()
      room.enter(testRoom('changed'))
    }
    await expect.poll(() => time.isAwaited(5000)).toBe(true)
    // For the server no time has passed.
    time.pass(5000)
    await expect.poll(() => time.isAwaited(5000)).toBe(true)
    expect(await watcher.join(testRoom('changed'))).toEqual([])
    nowMs += 5000
    time.pass(5000)
    await expect.poll(() => answerCount).toBe(roomRules.looks.burst + 1)
    expect(await watcher.join(testRoom('changed'))).toEqual([room.self])
  })
})

describe('C09: the name of who comes back', () => {
  const bytes = fixedBytes('kept')
  const randomBytes = (count: number) => bytes.slice(0, count)
  const name = deriveMemberId(memberSecretOf(bytes))

  it('is that of its secret, at each return of the server', async () => {
    await using server = await ListeningSignal.start()
    const names: unknown[] = []
    const take = (event: RoomEvent): void => {
      if (event.type === 'welcome') names.push(event.self)
    }
    using room = new RoomClient({ url: server.url, random: () => 0, take, randomBytes })
    room.enter(testRoom('named'))
    for (const count of [1, 2]) {
      await expect.poll(() => names).toHaveLength(count)
      await using watcher = await RoomVisitor.open(server.url)
      await expect.poll(() => watcher.join(testRoom('named'))).toEqual([name])
      await server.restart()
    }
    expect(new Set(names)).toEqual(new Set([name]))
  })

  it('is that of each welcome where the server takes no secret, and none is shown to it', async () => {
    await using rooms = await SilentRooms.open()
    const events: RoomEvent[] = []
    const take = (event: RoomEvent): void => void events.push(event)
    using room = new RoomClient({ url: rooms.url, random: () => 0, take, randomBytes })
    room.enter(testRoom('old'))
    await expect.poll(() => events.at(-1)?.type).toBe('peers')
    expect(events[0]).toEqual({ type: 'welcome', self: rooms.member })
    expect(room.self).toBe(rooms.member)
    expect(rooms.secrets).toEqual([undefined])
  })
})

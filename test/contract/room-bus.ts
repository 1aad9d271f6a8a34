import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { memberIdOf, roomIdOf, type MemberId, type RoomId } from '../../protocol/room/room-names.ts'
import type { RoomBus } from '../../signal/bus/room-bus.ts'
import { fixedBytes } from '../protocol/owner.ts'

/** Two ends of one bus: the same one twice where it knows a single process. */
export type BusUnderTest = AsyncDisposable &
  Readonly<{
    near: RoomBus
    far: RoomBus
    /** A member that is connected where `far` is. */
    connect: (name: string) => MemberId
    /** What each message was, and whom it was handed to, in order. */
    delivered: () => readonly (readonly [MemberId, string])[]
    /** Lets the time of all members pass. */
    pass: (ms: number) => Promise<void>
  }>

const TTL_MS = 1000
const room = (name: string): RoomId => roomIdOf(fixedBytes(`room ${name}`))
const stranger = memberIdOf(fixedBytes('stranger', 16))

/** What every RoomBus promises. */
export function describeRoomBus(name: string, create: () => Promise<BusUnderTest>): void {
  describe(`${name} as a room bus`, () => {
    let bus: BusUnderTest
    beforeEach(async () => {
      bus = await create()
    })
    afterEach(() => bus[Symbol.asyncDispose]())

    const fill = async (count: number): Promise<MemberId[]> => {
      const members = Array.from({ length: count }, (_, i) => bus.connect(`member ${i}`))
      for (const member of members) await bus.far.join(room('a'), member, TTL_MS)
      return members
    }

    it('finds who is in a room, wherever it came in, and nobody elsewhere', async () => {
      const members = await fill(3)
      expect((await bus.near.sample(room('a'), 8)).toSorted()).toEqual(members.toSorted())
      expect(await bus.near.sample(room('b'), 8)).toEqual([])
    })

    it('finds as many as are asked for, none twice', async () => {
      const members = await fill(20)
      for (let count = 0; count <= 20; count += 5) {
        const drawn = await bus.near.sample(room('a'), count)
        expect(new Set(drawn).size).toBe(count)
        expect(members).toEqual(expect.arrayContaining(drawn))
      }
    })

    it('finds each as likely as any other', async () => {
      const members = await fill(10)
      const drawCount = 1000
      const found = new Map<MemberId, number>()
      for (let draw = 0; draw < drawCount; draw += 1) {
        for (const member of await bus.near.sample(room('a'), 3)) {
          found.set(member, (found.get(member) ?? 0) + 1)
        }
      }
      // Each is due 300 times, give or take 14.5: seven times that happens to nobody in a lifetime.
      for (const member of members)
        expect(Math.abs((found.get(member) ?? 0) - 300)).toBeLessThan(102)
    })

    it('counts who comes twice once, and who leaves not at all', async () => {
      const [first, second] = await fill(2)
      if (first === undefined || second === undefined) throw new Error('nobody came')
      await bus.far.join(room('a'), first, TTL_MS)
      await bus.far.leave(room('a'), second)
      await bus.far.leave(room('a'), stranger)
      await bus.far.leave(room('never'), second)
      expect(await bus.near.sample(room('a'), 8)).toEqual([first])
    })

    it('never finds a member whose time is over, and any who came again', async () => {
      const [first, second] = await fill(2)
      if (first === undefined || second === undefined) throw new Error('nobody came')
      await bus.pass(TTL_MS / 2)
      await bus.far.join(room('a'), second, TTL_MS)
      await bus.pass(TTL_MS / 2)
      expect(await bus.near.sample(room('a'), 8)).toEqual([second])
      await bus.pass(TTL_MS)
      expect(await bus.near.sample(room('a'), 8)).toEqual([])
      await bus.far.join(room('a'), first, TTL_MS)
      expect(await bus.near.sample(room('a'), 8)).toEqual([first])
    })

    it('hands a message to the member it is for, once and in order', async () => {
      const [first, second] = await fill(2)
      if (first === undefined || second === undefined) throw new Error('nobody came')
      for (const text of ['1', '2', '3']) expect(await bus.near.send(first, text)).toBe(true)
      expect(await bus.near.send(second, '{"é":"4"}')).toBe(true)
      await expect.poll(() => bus.delivered()).toHaveLength(4)
      expect(bus.delivered()).toEqual([
        [first, '1'],
        [first, '2'],
        [first, '3'],
        [second, '{"é":"4"}'],
      ])
    })

    it('knows that a member of no process gets nothing', async () => {
      await fill(1)
      expect(await bus.near.send(stranger, 'x')).toBe(false)
      expect(bus.delivered()).toEqual([])
    })
  })
}

import { expect, it } from 'vitest'
import { memberIdOf, roomIdOf, type MemberId } from '../../../protocol/room/room-names.ts'
import { LocalRoomBus } from '../../../signal/bus/local-room-bus.ts'
import { LocalRoom } from '../../../signal/bus/local-room.ts'
import { describeRoomBus, type BusUnderTest } from '../../contract/room-bus.ts'
import { fixedBytes } from '../../protocol/owner.ts'
import { createRandom } from '../../random.ts'

describeRoomBus('LocalRoomBus', async (): Promise<BusUnderTest> => {
  let nowMs = 0
  const members = new Set<MemberId>()
  const delivered: (readonly [MemberId, string])[] = []
  const deliver = (member: MemberId, text: string): boolean => {
    if (!members.has(member)) return false
    delivered.push([member, text])
    return true
  }
  const bus = new LocalRoomBus(deliver, () => nowMs, createRandom(1))
  return {
    near: bus,
    far: bus,
    connect: (name) => {
      const member = memberIdOf(fixedBytes(name, 16))
      members.add(member)
      return member
    },
    delivered: () => delivered,
    pass: async (ms) => void (nowMs += ms),
    [Symbol.asyncDispose]: () => bus[Symbol.asyncDispose](),
  }
})

// Whatever comes, goes and is drawn, the room holds exactly those who are in it.
it.each([1, 2, 3, 4])('a room agrees with a simple list, seed %i', (seed) => {
  const random = createRandom(seed)
  const room = new LocalRoom()
  const untilMs = new Map<MemberId, number>()
  const names = Array.from({ length: 30 }, (_, i) => memberIdOf(fixedBytes(`member ${i}`, 16)))
  for (let nowMs = 0; nowMs < 3000; nowMs += 1) {
    const name = names[Math.floor(random() * names.length)]
    if (name === undefined) throw new Error('no name')
    if (random() < 0.5) {
      room.put(name, nowMs + 20)
      untilMs.set(name, nowMs + 20)
    } else {
      room.delete(name)
      untilMs.delete(name)
    }
    const living = names.filter((member) => (untilMs.get(member) ?? 0) > nowMs)
    expect(room.sample(30, nowMs, random).toSorted()).toEqual(living.toSorted())
    expect(room.memberCount).toBe(living.length)
  }
})

it('an empty room is forgotten, however it became empty', async () => {
  let nowMs = 0
  const bus = new LocalRoomBus(
    () => true,
    () => nowMs,
  )
  const member = memberIdOf(fixedBytes('member', 16))
  const rooms = ['a', 'b'].map((name) => roomIdOf(fixedBytes(name)))
  for (const room of rooms) await bus.join(room, member, 1)
  const [left, late] = rooms
  if (left === undefined || late === undefined) throw new Error('no room')
  await bus.leave(left, member)
  expect(bus.roomCount).toBe(1)
  nowMs = 1
  await bus.sample(late, 1)
  expect(bus.roomCount).toBe(0)
})

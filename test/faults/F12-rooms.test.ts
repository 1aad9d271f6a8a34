import { expect, it } from 'vitest'
import { ListeningSignal } from '../signal/listening-signal.ts'
import { RoomVisitor, testRoom } from '../signal/rooms/room-visitor.ts'

const ROUNDS = 4
const MEMBERS = 6

it('F12: each end of the signal server lets everyone go at once, and each start takes everyone again', async () => {
  await using signal = await ListeningSignal.start()
  for (let round = 0; round < ROUNDS; round += 1) {
    const visitors = await Promise.all(
      Array.from({ length: MEMBERS }, async () => RoomVisitor.open(signal.url)),
    )
    const found = []
    for (const visitor of visitors) found.push(await visitor.join(testRoom('a')))
    // Nobody of the last round is left, and nobody of this one is missed.
    expect(found.map(({ length }) => length)).toEqual([...visitors.keys()])
    const codes = Promise.all(visitors.map(async (visitor) => visitor.closed()))
    await signal.restart()
    expect(await codes).toEqual(visitors.map(() => 1001))
  }
})

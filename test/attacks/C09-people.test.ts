import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { deriveRoomId } from '../../protocol/key-schedule.ts'
import { roomIdOf, type MemberId } from '../../protocol/room/room-names.ts'
import { createBlobShare } from '../client/receive/test-share.ts'
import { MemoryRtc } from '../client/swarm/memory-rtc.ts'
import { SwarmMember } from '../client/swarm/swarm-member.ts'
import { ListeningSignal } from '../signal/listening-signal.ts'
import { RoomVisitor } from '../signal/rooms/room-visitor.ts'

const PEOPLE = 3
const RESTARTS = 4
/** Long enough for whoever has come back to call the others. */
const CALL_MS = 300

const share = await createBlobShare('C09 people', 4)
const room = roomIdOf(deriveRoomId(share.helpKey, share.owner.shareId))

/** @returns Whom the room names. They may call the one who asks, and get no answer. */
async function membersAt(url: string): Promise<readonly MemberId[]> {
  await using watcher = await RoomVisitor.open(url)
  return (await watcher.join(room)).toSorted()
}

it('C09, F12: each return of the signal server leaves one connection between two people, and calls nobody again', async () => {
  await using signal = await ListeningSignal.start()
  using stack = new DisposableStack()
  const people = Array.from({ length: PEOPLE }, () =>
    stack.use(SwarmMember.owner(share, { url: signal.url, port: new MemoryRtc() })),
  )
  const peerCounts = (): number[] => people.map(({ host }) => host.state.peerCount)
  const others = people.map(() => PEOPLE - 1)
  await expect.poll(peerCounts).toEqual(others)
  const names = await membersAt(signal.url)

  for (let restart = 0; restart < RESTARTS; restart += 1) {
    await signal.restart()
    await expect.poll(() => membersAt(signal.url)).toEqual(names)
    await sleep(CALL_MS)
  }
  expect(peerCounts()).toEqual(others)
  // Nobody was called again, not even in the place of a connection that was there.
  expect(people.map(({ metCount }) => metCount)).toEqual(others)
})

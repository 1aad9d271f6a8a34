import { webcrypto } from 'node:crypto'
import { expect, it } from 'vitest'
import { Lobby, type LobbyEvent } from '../../../client/engine/swarm/lobby.ts'
import { PeerPost } from '../../../client/engine/swarm/peer-post.ts'
import { RoomClient } from '../../../client/engine/swarm/room-client.ts'
import type { Bytes } from '../../../protocol/bytes.ts'
import { MEMBERS_KNOWN_MAX } from '../../../protocol/limits.ts'
import { memberIdOf, MEMBER_ID_BYTES } from '../../../protocol/room/room-names.ts'
import { createOwner, fixedBytes } from '../../protocol/owner.ts'
import { ListeningSignal } from '../../signal/listening-signal.ts'
import { RoomVisitor, testRoom } from '../../signal/rooms/room-visitor.ts'
import { failTest } from './swarm-member.ts'

const randomBytes = (count: number): Bytes => webcrypto.getRandomValues(new Uint8Array(count))

it('asks whoever it meets for the genesis, however many did not answer before', async () => {
  await using server = await ListeningSignal.start()
  await using member = await RoomVisitor.open(server.url)
  const { shareId } = await createOwner('lobby')
  const { promise: welcomed, resolve } = Promise.withResolvers<unknown>()
  using room = new RoomClient({ url: server.url, random: () => 0, take: resolve })
  const swarmKey = fixedBytes('swarm key')
  using lobby = new Lobby({
    shareId,
    roomId: testRoom('lobby'),
    room,
    post: new PeerPost({ swarmKey, room, randomBytes, take: () => undefined, onError: failTest }),
    randomBytes,
    nowMs: () => 0,
    take: () => undefined,
  })
  lobby.setOpen(true)
  await welcomed
  for (let number = 0; number < MEMBERS_KNOWN_MAX; number += 1) {
    const gone = memberIdOf(fixedBytes(`member ${number}`, MEMBER_ID_BYTES))
    lobby.takeRoom({ type: 'peers', peers: [gone] })
  }
  lobby.takeRoom({ type: 'peers', peers: [member.id] })
  expect(await member.next()).toMatchObject({ type: 'relay', from: room.self })
})

it('C09: has nobody called while the signal server is away, where no offer arrives', async () => {
  await using server = await ListeningSignal.start()
  const { shareId, genesisBytes } = await createOwner('lobby')
  const events: LobbyEvent[] = []
  using room = new RoomClient({
    url: server.url,
    random: () => 0,
    take: (event) => event.type === 'relay' || event.type === 'gone' || lobby.takeRoom(event),
  })
  using lobby = new Lobby({
    shareId,
    roomId: testRoom('away'),
    room,
    post: new PeerPost({
      swarmKey: fixedBytes('swarm key'),
      room,
      randomBytes,
      take: () => undefined,
      onError: failTest,
    }),
    randomBytes,
    nowMs: () => 0,
    take: (event) => void events.push(event),
  })
  lobby.setGenesis(genesisBytes)
  lobby.setOpen(true)
  await expect.poll(() => events.map(({ type }) => type)).toEqual(['room', 'members'])
  await server.stop()
  await expect.poll(() => events.at(-1)).toEqual({ type: 'room', self: undefined })
  await server.startAgain()
  await expect.poll(() => events.length).toBe(5)
  expect(events[3]).toEqual({ type: 'room', self: room.self })
})

import { Lobby } from '../../../client/engine/swarm/lobby.ts'
import { PeerPost, type Letter } from '../../../client/engine/swarm/peer-post.ts'
import { RoomClient, type RoomEvent } from '../../../client/engine/swarm/room-client.ts'
import { deriveRoomId, deriveSwarmKey } from '../../../protocol/key-schedule.ts'
import { roomIdOf } from '../../../protocol/room/room-names.ts'
import type { TestShare } from '../receive/test-share.ts'
import { failTest, portsAt } from './swarm-member.ts'

/** Somebody in the room who knows what the genesis says, and shows it to whoever asks. */
export class GenesisTeller implements Disposable {
  readonly heard: string[] = []
  readonly #room: RoomClient
  readonly #lobby: Lobby

  constructor({ owner, helpKey }: TestShare, place: Parameters<typeof portsAt>[0]) {
    const { url, random, randomBytes, nowMs } = portsAt(place)
    const { shareId } = owner
    const hear = (event: RoomEvent): void => {
      if (event.type === 'relay') post.take(event)
      else if (event.type !== 'gone') this.#lobby.takeRoom(event)
    }
    const room = new RoomClient({ url, random, randomBytes, take: hear })
    const read = (letter: Letter): void => {
      this.heard.push(letter.word.type)
      this.#lobby.takeLetter(letter)
    }
    const swarmKey = deriveSwarmKey(helpKey, shareId)
    const post = new PeerPost({ swarmKey, room, randomBytes, take: read, onError: failTest })
    const roomId = roomIdOf(deriveRoomId(helpKey, shareId))
    const rest = { shareId, roomId, randomBytes, nowMs, take: () => undefined }
    this.#room = room
    this.#lobby = new Lobby({ ...rest, room, post })
    this.#lobby.setGenesis(owner.genesisBytes)
    this.#lobby.setOpen(true)
  }

  [Symbol.dispose](): void {
    this.#lobby[Symbol.dispose]()
    this.#room[Symbol.dispose]()
  }
}

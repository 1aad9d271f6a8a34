import type { MemberId } from '../../protocol/room/room-names.ts'
import type { RoomClient } from './room-client.ts'

/** The sockets of this process, by what others call them. */
export class ClientTable {
  readonly #clients = new Map<MemberId, RoomClient>()
  /** Those who have a name of their own, by it: what was said to their ids still finds them. */
  readonly #named = new Map<MemberId, RoomClient>()

  get size(): number {
    return this.#clients.size
  }

  values(): Iterable<RoomClient> {
    return this.#clients.values()
  }

  get(member: MemberId): RoomClient | undefined {
    return this.#named.get(member) ?? this.#clients.get(member)
  }

  add(client: RoomClient): void {
    this.#clients.set(client.member.id, client)
  }

  /** The name is this one's from now on. @returns Whose it was. */
  claim(client: RoomClient): RoomClient | undefined {
    const { name } = client.member
    const before = this.#named.get(name)
    this.#named.set(name, client)
    return before
  }

  delete(client: RoomClient): void {
    const { id, name } = client.member
    this.#clients.delete(id)
    if (this.#named.get(name) === client) this.#named.delete(name)
  }
}

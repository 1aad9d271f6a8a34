import { createHmac, randomBytes } from 'node:crypto'
import type { Bytes } from '../../protocol/bytes.ts'
import { TransferError } from '../../protocol/errors.ts'
import { ROOM_PEERS_MAX } from '../../protocol/limits.ts'
import type { MemberId, RoomId } from '../../protocol/room/room-names.ts'
import { openSeedProof } from '../../protocol/room/seed-proof.ts'
import { formatServerMessage } from '../../protocol/room/server-message.ts'
import type { SeedId } from '../../protocol/seed-id.ts'
import type { RoomBus } from '../bus/room-bus.ts'
import type { ClientTable } from './client-table.ts'
import { seedRoom, type MemberEffect } from './member.ts'
import type { RoomClient } from './room-client.ts'

export type DeskOptions = Readonly<{
  networkKey: Bytes
  /** Whether a seed stands in the directory. */
  isListed: (seedId: SeedId) => boolean
  /** How long a member that is not heard of stays in its room. */
  stayMs: number
  nowMs: () => number
}>

/** Does what the rules say a member may have done: on the bus, and at its socket. */
export class RoomDesk {
  readonly #options: DeskOptions
  readonly #bus: RoomBus
  readonly #clients: ClientTable
  readonly #seeds = new Map<SeedId, RoomClient>()
  /** Makes each socket's nonce from its name, so that nobody has to remember it. */
  readonly #nonceKey = randomBytes(32)
  /** Since the start. */
  readonly counts = { relayed: 0, gone: 0, refused: 0 }

  constructor(options: DeskOptions, bus: RoomBus, clients: ClientTable) {
    this.#options = options
    this.#bus = bus
    this.#clients = clients
  }

  get seedCount(): number {
    return this.#seeds.size
  }

  welcome(client: RoomClient): void {
    const { id } = client.member
    client.say({ type: 'welcome', member: id, nonce: this.#nonceOf(id), secrets: true })
  }

  async perform(client: RoomClient, effects: readonly MemberEffect[]): Promise<void> {
    for (const effect of effects) await this.#perform(client, effect)
  }

  /** It lives: its stay is counted from now. */
  async extend({ member }: RoomClient): Promise<void> {
    if (member.room !== undefined) await this.#enter(member.room, member.name)
  }

  refuse(client: RoomClient, fault: TransferError): void {
    this.counts.refused += 1
    client.say({ type: 'fault', fault })
  }

  /** The socket is no more. */
  forget(client: RoomClient): void {
    const { seedId } = client.member
    if (seedId !== undefined && this.#seeds.get(seedId) === client) this.#seeds.delete(seedId)
  }

  async #perform(client: RoomClient, effect: MemberEffect): Promise<void> {
    switch (effect.type) {
      case 'claim':
        return this.#claim(client)
      case 'forward':
        return this.#forward(client, effect)
      case 'enter':
        return this.#enter(effect.room, client.member.name)
      case 'exit':
        return this.#bus.leave(effect.room, client.member.name)
      case 'look':
        return this.#look(client, effect.room)
      case 'prove':
        return this.#prove(client, effect.proof)
      case 'welcome-seed':
        client.say({ type: 'seed' })
        return
      case 'refuse':
        this.refuse(client, effect.fault)
    }
  }

  /** It came back before its old socket was known to be dead, which is out of its room before this one comes in. */
  async #claim(client: RoomClient): Promise<void> {
    const before = this.#clients.claim(client)
    if (before === undefined) return
    before.cut()
    await this.perform(before, before.member.step({ type: 'closed' }, this.#options.nowMs()))
  }

  #enter(room: RoomId, name: MemberId): Promise<void> {
    return this.#bus.join(room, name, this.#options.stayMs)
  }

  async #look(client: RoomClient, room: RoomId): Promise<void> {
    // One more than needed, because it may be among them.
    const drawn = await this.#bus.sample(room, ROOM_PEERS_MAX + 1)
    const others = drawn.filter((peer) => peer !== client.member.name)
    client.say({ type: 'peers', peers: others.slice(0, ROOM_PEERS_MAX) })
  }

  async #forward(
    client: RoomClient,
    { message }: MemberEffect & { type: 'forward' },
  ): Promise<void> {
    const { connection, payload } = message
    const named = message.type === 'relay' ? message.to : message.seed
    const to = message.type === 'relay' ? message.to : await this.#memberOf(message.seed)
    const from = client.member.name
    const text = formatServerMessage({ type: 'relay', from, connection, payload })
    const isSent = to !== undefined && (await this.#bus.send(to, text))
    this.counts[isSent ? 'relayed' : 'gone'] += 1
    if (!isSent) client.say({ type: 'gone', to: named, connection })
  }

  async #memberOf(seedId: SeedId): Promise<MemberId | undefined> {
    return (await this.#bus.sample(seedRoom(seedId), 1))[0]
  }

  async #prove(client: RoomClient, proof: Bytes): Promise<void> {
    const { networkKey, isListed, nowMs } = this.#options
    const seedId = openSeedProof(proof, { networkKey, nonce: this.#nonceOf(client.member.id) })
    if (!isListed(seedId)) {
      throw new TransferError('SEED_UNKNOWN', 'This seed does not stand in the directory.')
    }
    // It came back before its old socket was known to be dead.
    this.#seeds.get(seedId)?.cut()
    this.#seeds.set(seedId, client)
    await this.perform(client, client.member.step({ type: 'proved', seedId }, nowMs()))
  }

  #nonceOf(id: MemberId): Bytes {
    return new Uint8Array(createHmac('sha256', this.#nonceKey).update(id).digest())
  }
}

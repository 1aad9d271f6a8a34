import { expect, it } from 'vitest'
import { encodeUtf8 } from '../../../protocol/bytes.ts'
import { SEED_CALL_LATE_MS } from '../../../protocol/limits.ts'
import { formatPayload } from '../../../protocol/room/payload.ts'
import { memberIdOf } from '../../../protocol/room/room-names.ts'
import { CallDesk } from '../../../seed/swarm/call-desk.ts'
import { createSwarmCounts } from '../../../seed/swarm/swarm-counts.ts'
import { MemoryRtc } from '../../client/swarm/memory-rtc.ts'
import { fixedBytes } from '../../protocol/owner.ts'
import { sampleSdp } from '../../protocol/room/descriptions.ts'
import { testConnection } from '../../signal/rooms/room-visitor.ts'

const LINKS_MAX = 4

/** A desk whose time stands still, and whose answers are kept. */
class Desk implements Disposable {
  nowMs = 0
  readonly counts = createSwarmCounts()
  /** Connections whose callers were told that there is no place. */
  readonly turnedAway: string[] = []
  readonly #desk = new CallDesk({
    port: new MemoryRtc(),
    room: {
      say: (message) => {
        if (message.type === 'relay') this.turnedAway.push(message.connection)
      },
    },
    key: fixedBytes('seed'),
    linksMax: LINKS_MAX,
    iceServers: () => [],
    makeRoom: () => false,
    take: () => undefined,
    counts: this.counts,
    nowMs: () => this.nowMs,
  })

  /** Offers a connection, and says nothing more. */
  call(member: string, connection: string): void {
    this.#desk.hear({
      type: 'relay',
      from: memberIdOf(fixedBytes(member, 16)),
      connection: testConnection(connection),
      payload: formatPayload(encodeUtf8(JSON.stringify({ type: 'offer', sdp: sampleSdp() }))),
    })
  }

  [Symbol.dispose](): void {
    this.#desk[Symbol.dispose]()
  }
}

it('D07: takes two calls of one member at a time, whatever they are named', () => {
  using desk = new Desk()
  for (const connection of ['1', '2', '3', '4']) desk.call('many', connection)
  expect(desk.counts).toMatchObject({ links: 2, refused: 2 })
  desk.call('other', '5')
  expect(desk.counts).toMatchObject({ links: 3, refused: 2 })
})

it('D07: gives the oldest call that is not through up for a new one, once it had time, and says so', () => {
  using desk = new Desk()
  for (let number = 0; number < LINKS_MAX; number += 1) desk.call(`silent ${number}`, `${number}`)
  desk.call('honest', 'early')
  expect(desk.counts).toMatchObject({ links: LINKS_MAX, answered: LINKS_MAX, refused: 1 })
  desk.nowMs = SEED_CALL_LATE_MS
  desk.call('honest', 'late')
  expect(desk.counts).toMatchObject({ links: LINKS_MAX, answered: LINKS_MAX + 1, refused: 1 })
  expect(desk.turnedAway).toEqual([testConnection('early'), testConnection('0')])
})

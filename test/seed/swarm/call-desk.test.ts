import { expect, it } from 'vitest'
import { LinkAllowance } from '../../../client/engine/net/link-allowance.ts'
import { createRtcPort } from '../../../client/engine/net/rtc.ts'
import type { RtcPort } from '../../../client/engine/net/rtc-port.ts'
import { decodeUtf8, encodeUtf8 } from '../../../protocol/bytes.ts'
import { SEED_CALL_LATE_MS, SEED_CALLS_PER_MEMBER } from '../../../protocol/limits.ts'
import { formatPayload, parsePayload, type Payload } from '../../../protocol/room/payload.ts'
import { memberIdOf } from '../../../protocol/room/room-names.ts'
import { CallDesk } from '../../../seed/swarm/call-desk.ts'
import { createSwarmCounts } from '../../../seed/swarm/swarm-counts.ts'
import { nativeWebRtc } from '../../client/net/rtc-pair.ts'
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
  /** Those whose callers were answered. */
  readonly answered: string[] = []
  readonly #desk: CallDesk

  constructor(port: RtcPort = new MemoryRtc()) {
    this.#desk = new CallDesk({
      port,
      room: { say: (message) => message.type === 'relay' && this.#note(message) },
      key: fixedBytes('seed'),
      linksMax: LINKS_MAX,
      iceServers: () => [],
      makeRoom: () => false,
      take: () => undefined,
      counts: this.counts,
      nowMs: () => this.nowMs,
    })
  }

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

  #note({ connection, payload }: Readonly<{ connection: string; payload: Payload }>): void {
    const { type } = JSON.parse(decodeUtf8(parsePayload(payload))) as { type: string }
    if (type === 'busy') this.turnedAway.push(connection)
    if (type === 'answer') this.answered.push(connection)
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

it('D07: turns a call away that its WebRTC makes no connection for', async () => {
  const port = new MemoryRtc()
  port.isFull = true
  using desk = new Desk(port)
  desk.call('honest', '1')
  await expect.poll(() => desk.turnedAway).toEqual([testConnection('1')])
  expect(desk.counts).toMatchObject({ links: 0, answered: 0, refused: 1 })
})

it('D07: answers others, however often one calls and ends its call at once', async () => {
  const { burst } = SEED_CALLS_PER_MEMBER
  const allowance = new LinkAllowance(LINKS_MAX, burst + 1)
  using desk = new Desk(createRtcPort({ webRtc: await nativeWebRtc(), allowance }))
  for (let number = 0; number <= burst; number += 1) {
    desk.call('often', `${number}`)
    // A second description ends the connection, and frees its place.
    desk.call('often', `${number}`)
  }
  expect(desk.counts).toMatchObject({ links: 0, answered: burst, refused: 2 })
  desk.call('honest', 'other')
  await expect.poll(() => desk.answered).toContain(testConnection('other'))
})

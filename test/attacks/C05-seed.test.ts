import { expect, it } from 'vitest'
import { RoomClient } from '../../client/engine/swarm/room-client.ts'
import { decodeUtf8, encodeUtf8 } from '../../protocol/bytes.ts'
import { roomRules, SEED_BUSY_SAID, SEED_CALLS_PER_MEMBER } from '../../protocol/limits.ts'
import { formatPayload, parsePayload } from '../../protocol/room/payload.ts'
import { signSeedProof } from '../../protocol/room/seed-proof.ts'
import { CallDesk } from '../../seed/swarm/call-desk.ts'
import { createSwarmCounts } from '../../seed/swarm/swarm-counts.ts'
import { MemoryRtc } from '../client/swarm/memory-rtc.ts'
import { sampleSdp } from '../protocol/room/descriptions.ts'
import { networkKey } from '../protocol/record/samples.ts'
import { ListeningSignal } from '../signal/listening-signal.ts'
import { alpha, signInvitation } from '../signal/test-seed.ts'
import { RoomVisitor, testConnection } from '../signal/rooms/room-visitor.ts'

const { burst: CALLS } = SEED_CALLS_PER_MEMBER
const CALLERS = 50
const offer = formatPayload(encodeUtf8(JSON.stringify({ type: 'offer', sdp: sampleSdp() })))

/** The desk of a seed that stays at a real signal server, and has no place. */
class CalledSeed implements Disposable {
  nowMs = 0
  awayCount = 0
  readonly counts = createSwarmCounts()
  readonly #welcomed = Promise.withResolvers<void>()
  readonly #desk: CallDesk
  readonly #room: RoomClient

  constructor(url: string) {
    this.#room = new RoomClient({
      url,
      random: () => 0.5,
      prove: (nonce) => signSeedProof({ networkKey, nonce }, url, alpha.secret),
      take: (event) => {
        if (event.type === 'relay') this.#desk.hear(event)
        if (event.type === 'welcome') this.#welcomed.resolve()
        if (event.type === 'away') this.awayCount += 1
      },
    })
    this.#desk = new CallDesk({
      port: new MemoryRtc(),
      room: this.#room,
      key: alpha.secret,
      linksMax: 0,
      iceServers: () => [],
      makeRoom: () => false,
      take: () => undefined,
      counts: this.counts,
      nowMs: () => this.nowMs,
    })
  }

  async enter(): Promise<void> {
    this.#room.start()
    await this.#welcomed.promise
  }

  [Symbol.dispose](): void {
    this.#desk[Symbol.dispose]()
    this.#room[Symbol.dispose]()
  }
}

it('C05: a seed is not made to say more than it may: it stays, and hears and answers who calls next', async () => {
  // Fewer than all of them would have it say, and more than it says.
  const seedMessages = { perSecond: 1, burst: SEED_BUSY_SAID.burst + 50 }
  expect(CALLERS * CALLS).toBeGreaterThan(seedMessages.burst + roomRules.dropsMax)
  await using signal = await ListeningSignal.start({ rooms: { seedMessages } })
  await signal.list(alpha, signInvitation('alpha'))
  using seed = new CalledSeed(signal.url)
  await seed.enter()
  await using stack = new AsyncDisposableStack()
  for (let caller = 0; caller < CALLERS; caller += 1) {
    const visitor = stack.use(await RoomVisitor.open(signal.url))
    for (let call = 0; call < CALLS; call += 1) {
      const connection = testConnection(`${caller} ${call}`)
      visitor.say({ type: 'call', seed: alpha.id, connection, payload: offer })
    }
  }
  await expect.poll(() => seed.counts.refused).toBe(CALLERS * CALLS)
  seed.nowMs += 1000
  const connection = testConnection('honest')
  await using honest = await RoomVisitor.open(signal.url)
  // What a seed says arrives in order: all before it was taken.
  const answer = await honest.ask({ type: 'call', seed: alpha.id, connection, payload: offer })
  expect(seed.awayCount).toBe(0)
  if (answer.type !== 'relay') throw new Error(`no answer but ${answer.type}`)
  expect(decodeUtf8(parsePayload(answer.payload))).toBe('{"type":"busy"}')
})

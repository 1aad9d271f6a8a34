import { GuestDesk } from '../../../seed/swarm/guest-desk.ts'
import { CallDesk } from '../../../seed/swarm/call-desk.ts'
import { createSwarmCounts } from '../../../seed/swarm/swarm-counts.ts'
import { RoomClient } from '../../../client/engine/swarm/room-client.ts'
import { encodeCheckpointMessage } from '../../../protocol/accept.ts'
import { parseJurisdiction } from '../../../protocol/jurisdiction.ts'
import {
  EXTENT_CHUNKS,
  SEALED_CHUNK_BYTES_MAX,
  SEED_LINK_IDLE_MS,
  SEED_LINKS_MAX,
} from '../../../protocol/limits.ts'
import type { Seed } from '../../../protocol/record/directory.ts'
import { signRecord } from '../../../protocol/record/record.ts'
import { signSeedProof } from '../../../protocol/room/seed-proof.ts'
import { networkKey } from '../../protocol/record/samples.ts'
import { bodyOf, NETWORK_SECRET } from '../../seed/sent-share.ts'
import { TestStore } from '../../seed/test-store.ts'
import type { ListeningSignal } from '../../signal/listening-signal.ts'
import { signInvitation, TestSeed } from '../../signal/test-seed.ts'
import { DAY_MS, viewOf, type TestShare } from '../receive/test-share.ts'
import { MemoryRtc } from './memory-rtc.ts'

/** A seed that has no address and is called over WebRTC alone, with a real store and a clock that a test sets ahead. */
export class CalledSeed implements AsyncDisposable {
  readonly entry: Seed
  readonly port = new MemoryRtc()
  readonly counts = createSwarmCounts()
  /** For how many it has a place, from when it begins. */
  linksMax = SEED_LINKS_MAX
  readonly #seed: TestSeed
  readonly #signal: ListeningSignal
  readonly #store: TestStore
  #aheadMs = 0
  #running: DisposableStack | undefined
  #guests: GuestDesk | undefined

  private constructor(seed: TestSeed, signal: ListeningSignal, store: TestStore) {
    this.#seed = seed
    this.#signal = signal
    this.#store = store
    const { id, key } = seed
    const jurisdiction = parseJurisdiction('NZ')
    const names = { id, key, operator: 'called', jurisdiction, place: new Uint8Array(16) }
    this.entry = { ...names, urls: [], weight: 1, state: 'open' }
  }

  /** In the network, with all of the share. */
  static async start(name: string, signal: ListeningSignal, share: TestShare): Promise<CalledSeed> {
    const seed = new TestSeed(name)
    await signal.list(seed, signInvitation(name))
    const store = await TestStore.open()
    store.nowMs = Date.now()
    const called = new CalledSeed(seed, signal, store)
    await called.keep(share)
    called.begin()
    return called
  }

  /** Takes all of another share. */
  keep(share: TestShare): Promise<void> {
    return put(share, this.#store)
  }

  /** Comes to the signal server, and serves who calls it there. */
  begin(): void {
    const stack = new DisposableStack()
    const { counts, port } = this
    const { url } = this.#signal
    const { secret: key } = this.#seed
    const nowMs = (): number => performance.now() + this.#aheadMs
    const room = stack.use(
      new RoomClient({
        url,
        random: () => 0,
        prove: (nonce) => signSeedProof({ networkKey, nonce }, url, key),
        take: (event) => (event.type === 'relay' ? calls.hear(event) : undefined),
      }),
    )
    const calls: CallDesk = new CallDesk({
      port,
      room,
      key,
      linksMax: this.linksMax,
      iceServers: () => [],
      makeRoom: () => false,
      take: (event) => guests.take(event),
      counts,
      nowMs,
    })
    const guests = new GuestDesk({
      shares: this.#store.shares,
      send: (connection, bytes) => calls.send(connection, bytes),
      end: (connection) => calls.end(connection),
      counts,
      onError: (error) => expectNone(error),
      nowMs,
    })
    stack.use(calls)
    // Its goodbye is said while there is a way to say it.
    stack.use(guests)
    this.#guests = guests
    this.#running = stack
    room.start()
  }

  /** Tells the signal server that it is well. */
  async report(): Promise<void> {
    await this.#signal.hear(this.#seed)
  }

  /** Says goodbye, as before a restart. */
  end(): void {
    this.#running?.[Symbol.dispose]()
    this.#running = undefined
  }

  /** Nothing was said for so long that it lets everybody go. */
  waitIdle(): void {
    this.#aheadMs += SEED_LINK_IDLE_MS
    this.#guests?.tick()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.end()
    await this.#store[Symbol.asyncDispose]()
  }
}

async function put(share: TestShare, { shares }: TestStore): Promise<void> {
  const { owner, chunks, readToken, sealedIndex } = share
  const { shareId, genesisBytes: genesis } = owner
  const leave = { shareId, maxChunks: chunks.length, notAfterMs: Date.now() + DAY_MS }
  await shares.create({
    shareId,
    genesis,
    readToken,
    grant: signRecord('grant', leave, NETWORK_SECRET),
  })
  const { checkpoint, hashes } = viewOf(share)
  await shares.putCheckpoint(shareId, encodeCheckpointMessage({ checkpoint, first: 0, hashes }))
  await shares.putIndex(shareId, sealedIndex)
  for (let first = 0; first < chunks.length; first += EXTENT_CHUNKS) {
    const extent = chunks.slice(first, first + EXTENT_CHUNKS)
    const start = first * SEALED_CHUNK_BYTES_MAX
    const end = start + extent.reduce((sum, { length }) => sum + length, 0) - 1
    await shares.putChunks(shareId, { start, end, body: bodyOf(extent) })
  }
}

function expectNone(error: unknown): void {
  throw error
}

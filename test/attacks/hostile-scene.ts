import { vi } from 'vitest'
import { isEqual } from '../../protocol/bytes.ts'
import { fetchAll, openShare } from '../client/receive/reader.ts'
import { ShareHost } from '../client/receive/share-host.ts'
import { viewOf, type TestShare } from '../client/receive/test-share.ts'
import { nativeWebRtc, RtcEnd } from '../client/net/rtc-pair.ts'
import { SwarmReader } from '../client/swarm/swarm-member.ts'
import { HostilePeer, type Conduct } from './hostile-peer.ts'

/** So slow that peers are asked as well. */
const SEED_BYTES_PER_MS = 4000

/** A recipient over real WebRTC with one honest seed, and hostile peers that were in the room before it. */
export class HostileScene implements AsyncDisposable {
  readonly share: TestShare
  readonly seed: ShareHost
  readonly hostile: readonly HostilePeer[]
  readonly end: RtcEnd
  readonly victim: SwarmReader

  private constructor(
    share: TestShare,
    { url, seed, end, hostile }: Pick<HostileScene, 'seed' | 'hostile' | 'end'> & { url: string },
  ) {
    this.share = share
    this.seed = seed
    this.hostile = hostile
    this.end = end
    // No time passes for its peers: who is late is not waited for until it counts against them, but made up for.
    const still = { seeds: [seed], nowMs: () => 0 }
    this.victim = new SwarmReader(share, { url, port: end.port }, still)
  }

  /** @param url - Of the signal server. */
  static async open(
    share: TestShare,
    url: string,
    conducts: readonly Conduct[],
  ): Promise<HostileScene> {
    const seed = await ShareHost.start(0, share, viewOf(share))
    seed.manners.bytesPerMs = SEED_BYTES_PER_MS
    const entering = conducts.map((conduct) => HostilePeer.enter(share, url, conduct))
    const hostile = await Promise.all(entering)
    const end = new RtcEnd(await nativeWebRtc())
    return new HostileScene(share, { url, seed, end, hostile })
  }

  /** Peers that are sources of the victim. */
  get peerCount(): number {
    return this.victim.session.sources.filter(({ kind }) => kind === 'peer').length
  }

  /** Waits until so many hostile peers are believed. */
  async untilMet(count = this.hostile.length): Promise<void> {
    await vi.waitUntil(() => this.peerCount === count, { timeout: 20_000 })
  }

  /** @param random - Draws the order, as `get` does; in that of the stream without it. */
  fetches(random?: () => number): Promise<boolean> {
    return fetchesAll(this.victim, this.share, random)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.victim[Symbol.asyncDispose]()
    for (const peer of this.hostile) peer[Symbol.dispose]()
    await this.seed[Symbol.asyncDispose]()
  }
}

/** @returns Whether all of it came, and is what was sealed. */
export async function fetchesAll(
  { session }: SwarmReader,
  share: TestShare,
  random?: () => number,
): Promise<boolean> {
  const sink = await fetchAll(await openShare(session, share), undefined, random)
  return isEqual(sink.stream, share.stream)
}

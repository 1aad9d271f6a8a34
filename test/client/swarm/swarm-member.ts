import { webcrypto } from 'node:crypto'
import { concat, type Bytes } from '../../../protocol/bytes.ts'
import { EXTENT_CHUNKS } from '../../../protocol/limits.ts'
import type { IceServer } from '../../../protocol/http/signal-json.ts'
import type { Seed } from '../../../protocol/record/directory.ts'
import type { RtcPort } from '../../../client/engine/net/rtc-port.ts'
import type { SeenStore } from '../../../client/engine/receive/seen-store.ts'
import type { ShareSession } from '../../../client/engine/receive/share-session.ts'
import type { PeerSource } from '../../../client/engine/swarm/peer-source.ts'
import type { Privacy } from '../../../client/engine/swarm/privacy.ts'
import type { ShareShelf } from '../../../client/engine/swarm/share-shelf.ts'
import { ShareSwarm, type SwarmPorts } from '../../../client/engine/swarm/share-swarm.ts'
import { SwarmHost } from '../../../client/engine/swarm/swarm-host.ts'
import type { SwarmHostOptions } from '../../../client/engine/swarm/swarm-options.ts'
import { extentsOf } from '../../protocol/owner.ts'
import { openSession, type LinkedShare } from '../receive/reader.ts'
import type { ShareHost } from '../receive/share-host.ts'
import { viewOf, type TestShare, type View } from '../receive/test-share.ts'

/** Where a member is: its signal server, and its way to WebRTC. */
export type Place = Readonly<{ url: string; port: RtcPort }>

export function portsAt({ url, port }: Place): SwarmPorts {
  return {
    url,
    port,
    iceServers: () => [],
    onError: failTest,
    nowMs: () => performance.now(),
    random: () => 0,
    randomBytes: (count) => webcrypto.getRandomValues(new Uint8Array(count)),
  }
}

/** An error that nobody takes fails the test. */
export function failTest(error: unknown): void {
  queueMicrotask(() => {
    throw error
  })
}

/** All that an honest owner could pass on. */
export function shelfOf(share: TestShare): ShareShelf {
  const extents = extentsOf(share.hashes)
  return {
    sealed: { read: async (index) => share.chunks[index]?.slice() },
    published: {
      chunkHash: async (index) => orNone(share.hashes.slice(index * 32, index * 32 + 32)),
      extentHashes: (first, count) =>
        orNone(concat(...extents.slice(first, first + count).map(({ hash }) => hash))),
      chunkHashes: async (first, count) => {
        const start = first * EXTENT_CHUNKS * 32
        return orNone(share.hashes.slice(start, start + count * EXTENT_CHUNKS * 32))
      },
      index: (first, count) => orNone(share.sealedIndex.slice(first, first + count)),
    },
  }
}

function orNone(bytes: Bytes): Bytes | undefined {
  return bytes.length === 0 ? undefined : bytes
}

/** One end of a swarm, without a session: what it meets, and what it is told. */
export class SwarmMember implements Disposable {
  readonly host: SwarmHost
  readonly sources: PeerSource[] = []
  readonly genesis: Bytes[] = []
  /** How many it met, those that left included. */
  metCount = 0

  constructor(share: TestShare, place: Place, changes: Partial<SwarmHostOptions> = {}) {
    this.host = new SwarmHost({
      ...portsAt(place),
      shareId: share.owner.shareId,
      helpKey: share.helpKey,
      privacy: 'direct',
      shelf: shelfOf(share),
      known: () => undefined,
      listener: {
        joined: (source) => {
          this.metCount += 1
          this.sources.push(source)
        },
        left: (source) => void this.sources.splice(this.sources.indexOf(source), 1),
        genesis: (bytes) => this.genesis.push(bytes) > 0,
      },
      ...changes,
    })
  }

  /** Knows and has all that `view` shows. */
  static owner(
    share: TestShare,
    place: Place,
    view: View = viewOf(share),
    changes: Partial<SwarmHostOptions> = {},
  ): SwarmMember {
    const member = new SwarmMember(share, place, changes)
    member.host.setGenesis(share.owner.genesisBytes)
    member.host.setCheckpoint(1, view.checkpoint)
    member.host.tell({
      type: 'held',
      indexes: Array.from({ length: view.hashes.length / 32 }, (_, i) => i),
    })
    return member
  }

  [Symbol.dispose](): void {
    this.host[Symbol.dispose]()
  }
}

type ReaderOptions = Readonly<{
  seeds?: readonly ShareHost[]
  /** Seeds that WebRTC alone reaches. */
  called?: readonly Seed[]
  seen?: SeenStore
  iceServers?: () => readonly IceServer[]
  privacy?: Privacy
  nowMs?: () => number
  /** What this machine thinks the time is. */
  clockMs?: () => number
}>

/** A recipient with a session of its own, beside seeds or without any. */
export class SwarmReader implements AsyncDisposable {
  readonly session: ShareSession
  readonly swarm: ShareSwarm

  constructor(share: LinkedShare, place: Place, options: ReaderOptions = {}) {
    const { seeds = [], called = [], seen, clockMs, ...changes } = options
    const all = [...seeds.map(({ seed }) => seed), ...called]
    this.session = openSession(share, seeds, {
      seeds: all,
      ...(seen === undefined ? {} : { seen }),
      ...(clockMs === undefined ? {} : { nowMs: clockMs }),
    })
    const { session } = this
    const ports = { ...portsAt(place), privacy: 'direct', ...changes } as const
    this.swarm = new ShareSwarm({ ...ports, session, helpKey: share.helpKey })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.swarm[Symbol.dispose]()
    await this.session[Symbol.asyncDispose]()
  }
}

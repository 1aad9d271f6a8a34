import { concat, type Bytes } from '../../../protocol/bytes.ts'
import { ChunkSet } from '../../../protocol/swarm/chunk-set.ts'
import type { ShareId } from '../../../protocol/share-id.ts'
import { Download } from '../../../client/engine/receive/download.ts'
import type { SeenStore } from '../../../client/engine/receive/seen-store.ts'
import {
  openContent,
  openKeys,
  type ShareContent,
} from '../../../client/engine/receive/share-content.ts'
import type { SessionOptions } from '../../../client/engine/receive/session-options.ts'
import { ShareSession } from '../../../client/engine/receive/share-session.ts'
import type { Sink } from '../../../client/engine/receive/sink.ts'
import type { ShareHost } from './share-host.ts'
import type { TestShare } from './test-share.ts'

/** A share as whoever has its link knows it. */
export type LinkedShare = Pick<TestShare, 'helpKey'> &
  Readonly<{ owner: Pick<TestShare['owner'], 'shareId' | 'secret'> }>

/** Remembers in memory. */
export class MemorySeen implements SeenStore {
  readonly kept = new Map<ShareId, Bytes>()
  readonly evidence: Bytes[] = []

  async load(shareId: ShareId): Promise<Bytes | undefined> {
    return this.kept.get(shareId)
  }

  async save(shareId: ShareId, checkpoint: Bytes): Promise<void> {
    this.kept.set(shareId, checkpoint)
  }

  async keepEvidence(_shareId: ShareId, checkpoints: readonly Bytes[]): Promise<void> {
    this.evidence.push(...checkpoints)
  }
}

/** Keeps what it gets in memory; claims what it is given. */
export class MemorySink implements Sink {
  readonly claimed: ChunkSet
  readonly chunks: (Bytes | undefined)[]
  readonly written: number[] = []
  readonly confirmed: number[] = []
  /** Before each write resolves. */
  pause: () => Promise<void> = () => Promise.resolve()

  constructor(chunkCount: number, before: readonly (Bytes | undefined)[] = []) {
    this.claimed = new ChunkSet(chunkCount)
    for (const [i, chunk] of before.entries()) if (chunk !== undefined) this.claimed.add(i)
    this.chunks = [...before]
  }

  async read(chunk: number): Promise<Bytes | undefined> {
    return this.chunks[chunk]?.slice()
  }

  async confirm(chunk: number): Promise<void> {
    this.confirmed.push(chunk)
  }

  async write(chunk: number, plain: Bytes): Promise<void> {
    this.written.push(chunk)
    await this.pause()
    this.chunks[chunk] = plain
  }

  get stream(): Bytes {
    return concat(...this.chunks.map((chunk) => chunk ?? new Uint8Array(0)))
  }
}

export function openSession(
  share: LinkedShare,
  hosts: readonly ShareHost[],
  changes: Partial<SessionOptions> = {},
): ShareSession {
  return new ShareSession({
    shareId: share.owner.shareId,
    helpKey: share.helpKey,
    seeds: hosts.map(({ seed }) => seed),
    seen: new MemorySeen(),
    ...changes,
  })
}

export async function openShare(
  session: ShareSession,
  share: LinkedShare,
  password?: string,
): Promise<ShareContent> {
  // A wrong password is not given again.
  const ask = (isRetry: boolean): Promise<string | undefined> =>
    Promise.resolve(isRetry ? undefined : password)
  return openContent(session, await openKeys(session, share.owner.secret, ask))
}

/** Fetches all of it. @param random - Draws the order, as `get` does. @returns The sink. */
export async function fetchAll(
  content: ShareContent,
  signal = AbortSignal.timeout(30_000),
  random?: () => number,
): Promise<MemorySink> {
  const sink = new MemorySink(content.layout.chunkCount)
  await new Download({ content, sink, ...(random === undefined ? {} : { random }) }).run(signal)
  return sink
}

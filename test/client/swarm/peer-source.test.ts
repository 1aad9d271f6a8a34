import { describe, expect, it } from 'vitest'
import { PeerSource, type PeerLine } from '../../../client/engine/swarm/peer-source.ts'
import type { Bytes } from '../../../protocol/bytes.ts'
import { signCheckpoint } from '../../../protocol/checkpoint.ts'
import { HaveMap } from '../../../protocol/swarm/have-map.ts'
import type { Ask } from '../../../protocol/wire/ask.ts'
import type { Hello } from '../../../protocol/wire/hello.ts'
import { checkpointOf, createOwner, fixedHashes } from '../../protocol/owner.ts'

const owner = await createOwner('peer source')
const peer = 'a'

/** A peer that knows the share, and what it is asked for. */
class ScriptedPeer {
  readonly source: PeerSource
  readonly asks: Ask[] = []
  readonly wants: number[] = []
  readonly unwanted: number[] = []

  constructor() {
    const { shareId, genesisBytes } = owner
    const words = { version: 1, shareId, seq: 1, readToken: undefined } as const
    const hello: Hello = { type: 'hello', ...words, genesis: genesisBytes }
    const line: PeerLine = {
      want: (index) => void this.wants.push(index),
      unwant: (index) => void this.unwanted.push(index),
      praise: () => undefined,
      ask: (ask) => void this.asks.push(ask),
    }
    this.source = new PeerSource({
      id: peer,
      name: 'a peer',
      kind: 'peer',
      traits: { runChunksMax: 1, runsMax: 8, hasSlots: true, isPeer: true },
      held: new HaveMap(),
      hello,
      line,
      known: () => undefined,
      genesis: async () => genesisBytes,
    })
  }

  show(bytes: Bytes): void {
    this.source.take({ type: 'checkpoint', peer, bytes })
  }

  async chunk(index: number, signal: AbortSignal): Promise<Bytes | undefined> {
    for await (const { sealed } of this.source.getChunks({ first: index, count: 1 }, signal)) {
      return sealed
    }
    return undefined
  }
}

/** As the owner signed it, of so many chunks. */
function checkpoint(seq: number, chunkCount: number): Bytes {
  const changes = { seq }
  return signCheckpoint(checkpointOf(owner, fixedHashes(chunkCount), changes), owner.ownerSeed)
}

describe('PeerSource', () => {
  it('keeps the newest checkpoint that a peer showed, where an older one comes after it', async () => {
    const { signal } = new AbortController()
    const scripted = new ScriptedPeer()
    scripted.show(checkpoint(9, 20))
    scripted.show(checkpoint(8, 16))
    expect(await scripted.source.getCheckpoint(8, signal)).toEqual(checkpoint(9, 20))
  })

  it('answers all who ask for the same hashes, and asks for them once', async () => {
    const { signal } = new AbortController()
    const scripted = new ScriptedPeer()
    const both = [1, 2].map(() => scripted.source.getChunkHashes(0, signal))
    const hashes = fixedHashes(16)
    scripted.source.take({
      type: 'part',
      peer,
      frame: { type: 'hashes', what: 'hashes', first: 0, hashes },
    })
    expect(await Promise.all(both)).toEqual([hashes, hashes])
    expect(scripted.asks).toHaveLength(1)
  })

  it('waits for hashes that are on their way, though who asked first does not any more', async () => {
    const scripted = new ScriptedPeer()
    const first = new AbortController()
    const given = scripted.source.getChunkHashes(0, first.signal)
    first.abort(new Error('late'))
    await expect(given).rejects.toThrow('late')
    const second = scripted.source.getChunkHashes(0, new AbortController().signal)
    const hashes = fixedHashes(16)
    scripted.source.take({
      type: 'part',
      peer,
      frame: { type: 'hashes', what: 'hashes', first: 0, hashes },
    })
    expect(await second).toEqual(hashes)
    expect(scripted.asks).toHaveLength(1)
  })

  it('brings a chunk to two who want it, each its own bytes, and takes it back with the last of them', async () => {
    const scripted = new ScriptedPeer()
    const stops = [new AbortController(), new AbortController()]
    const both = stops.map(({ signal }) => scripted.chunk(3, signal))
    expect(scripted.wants).toEqual([3])
    const sealed = Uint8Array.of(1, 2, 3)
    scripted.source.take({ type: 'deliver', peer, index: 3, sealed })
    const [a, b] = await Promise.all(both)
    expect([a, b]).toEqual([sealed, sealed])
    expect(a?.buffer).not.toBe(b?.buffer)
    const others = stops.map(({ signal }) => scripted.chunk(4, signal))
    stops[0]?.abort(new Error('stop'))
    await expect(others[0]).rejects.toThrow('stop')
    expect(scripted.unwanted).toEqual([])
    stops[1]?.abort(new Error('stop'))
    await expect(others[1]).rejects.toThrow('stop')
    expect(scripted.unwanted).toEqual([4])
  })
})

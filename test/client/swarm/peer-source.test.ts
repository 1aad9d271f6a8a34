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
})

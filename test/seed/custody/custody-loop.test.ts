import { describe, expect, it } from 'vitest'
import { concat } from '../../../protocol/bytes.ts'
import { decodeCheckpointMessage } from '../../../protocol/accept.ts'
import { SentShare } from '../sent-share.ts'
import { CustodyNetwork } from './custody-network.ts'

describe('custody over HTTP', () => {
  it('fills the other custodian from the one that the sender reaches', async () => {
    await using network = await CustodyNetwork.start({ seedCount: 3 })
    const share = await SentShare.make('reached', { chunkCount: 40 })
    const [, second] = await network.store(share)
    expect(await second?.client(share).getIndex()).toEqual(share.index)
    expect(network.seeds.flatMap(({ errors }) => errors)).toEqual([])
  })

  it('pulls the other half of an upload while it lands there', async () => {
    await using network = await CustodyNetwork.start({ seedCount: 2 })
    const share = await SentShare.make('halves', { chunkCount: 80 })
    const seeds = network.custodians(share)
    for (const seed of seeds) {
      const client = seed.client(share)
      await client.putShare(concat(share.owner.genesisBytes, share.grant))
      await client.putCheckpoint(decodeCheckpointMessage(share.sealed()))
      await client.putIndex(share.index)
    }
    const delays: number[] = []
    for (const [e, [first, last]] of share.extents.entries()) {
      const [here, there] = e % 2 === 0 ? seeds : seeds.toReversed()
      await here?.client(share).patchChunks(first, share.chunks.slice(first, last + 1))
      const landedMs = performance.now()
      await network.until(async () => (await there?.find(share))?.held.has(last) ?? false)
      delays.push(performance.now() - landedMs)
    }
    expect(await Promise.all(seeds.map((seed) => seed.isWhole(share)))).toEqual([true, true])
    console.log(delays.map((ms) => Math.round(ms)))
    expect(Math.max(...delays)).toBeLessThan(1000)
  })
})

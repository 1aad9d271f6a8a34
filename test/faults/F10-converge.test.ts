import { describe, expect, it } from 'vitest'
import { decodeCheckpointMessage } from '../../protocol/accept.ts'
import { NOW_MS } from '../protocol/owner.ts'
import { CustodyNetwork } from '../seed/custody/custody-network.ts'
import type { SeedLine } from '../seed/custody/seed-line.ts'
import { DAY_MS, SentShare } from '../seed/sent-share.ts'

/** Two custodians that hear of each other only over lines. */
async function partition(network: CustodyNetwork): Promise<SeedLine[]> {
  return Promise.all(network.seeds.map((seed) => network.putLine(seed)))
}

describe('F10: what seeds cut off from each other hold', () => {
  it('F10: converge to the highest checkpoint that either side took', async () => {
    await using network = await CustodyNetwork.start({ seedCount: 2 })
    const lines = await partition(network)
    const share = await SentShare.make('split', { chunkCount: 20 })
    const [first, second] = await network.store(share)
    for (const line of lines) line.cut()
    await network.until(() => first?.summary['silentSeeds'] === 1)
    for (const [seed, seq] of [
      [first, 11],
      [second, 14],
    ] as const) {
      const extended = share.sealed({ seq, expiresAtMs: NOW_MS + seq * DAY_MS })
      await seed?.client(share).putCheckpoint(decodeCheckpointMessage(extended))
    }
    for (const line of lines) line.isCut = false
    await network.until(async () => {
      const copies = await Promise.all(network.seeds.map((seed) => seed.find(share)))
      return copies.every((copy) => copy?.checkpoint?.seq === 14 && copy.isComplete)
    })
    expect(network.errors).toEqual([])
  })

  it('F10: a deletion on one side wins over any extension on the other, and stays', async () => {
    await using network = await CustodyNetwork.start({ seedCount: 2 })
    const lines = await partition(network)
    const share = await SentShare.make('deleted', { chunkCount: 20 })
    const [first, second] = await network.store(share)
    for (const line of lines) line.cut()
    const extended = share.sealed({ seq: 50, expiresAtMs: NOW_MS + 30 * DAY_MS })
    await first?.client(share).putCheckpoint(decodeCheckpointMessage(extended))
    await second?.client(share).putCheckpoint(decodeCheckpointMessage(share.deletion(20)))
    for (const line of lines) line.isCut = false
    await network.until(async () => (await first?.find(share))?.isDeleted ?? false)
    await network.until(async () => (await first?.find(share))?.held.count === 0)
    expect((await second?.find(share))?.isDeleted).toBe(true)
  })

  it('F10: a share deleted while one seed is down stays deleted when that seed returns', async () => {
    await using network = await CustodyNetwork.start({ seedCount: 3 })
    const share = await SentShare.make('away', { chunkCount: 20 })
    const [first, second] = await network.store(share)
    await first?.stop()
    await second?.client(share).putCheckpoint(decodeCheckpointMessage(share.deletion()))
    await first?.start(network.directory)
    await network.until(async () => (await first?.find(share))?.isDeleted ?? false)
    expect((await second?.find(share))?.isDeleted).toBe(true)
    expect(network.errors).toEqual([])
  })

  it('F10: an upload that reaches only one side is stored once both have it', async () => {
    await using network = await CustodyNetwork.start({ seedCount: 2 })
    const lines = await partition(network)
    const share = await SentShare.make('one side', { chunkCount: 20 })
    const [first, second] = network.custodians(share)
    if (first === undefined) throw new Error('no custodian')
    for (const line of lines) line.cut()
    await network.send(share, first)
    expect(await second?.find(share)).toBe(undefined)
    for (const line of lines) line.isCut = false
    await network.until(async () => (await second?.isWhole(share)) ?? false)
    expect(await second?.client(share).getIndex()).toEqual(share.index)
  })
})

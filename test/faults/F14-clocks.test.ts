import { describe, expect, it } from 'vitest'
import { decodeCheckpointMessage } from '../../protocol/accept.ts'
import { NOW_MS } from '../protocol/owner.ts'
import { CustodyNetwork } from '../seed/custody/custody-network.ts'
import { DAY_MS, SentShare } from '../seed/sent-share.ts'

const skewsMs = [DAY_MS * 0.99, -DAY_MS * 0.99, 0]

describe('F14: clocks a day apart', () => {
  it('F14: store, extend and delete like any others', async () => {
    await using network = await CustodyNetwork.start({ seedCount: 3, skewsMs })
    const replicas = { replicas: 3, jurisdictions: 2 }
    const share = await SentShare.make('skewed', { chunkCount: 20, genesis: replicas })
    const seeds = await network.store(share)
    const longer = share.sealed({ seq: 12, expiresAtMs: NOW_MS + 30 * DAY_MS })
    await seeds[0]?.client(share).putCheckpoint(decodeCheckpointMessage(longer))
    await network.until(async () => {
      const copies = await Promise.all(seeds.map((seed) => seed.find(share)))
      return copies.every((copy) => copy?.checkpoint?.seq === 12 && copy.isComplete)
    })
    await seeds[2]?.client(share).putCheckpoint(decodeCheckpointMessage(share.deletion(13)))
    await network.until(async () => {
      const copies = await Promise.all(seeds.map((seed) => seed.find(share)))
      return copies.every((copy) => copy?.isDeleted === true)
    })
    expect(network.errors).toEqual([])
  })

  it('F14: each serves until the end by its own clock, and an extension brings the share back everywhere', async () => {
    await using network = await CustodyNetwork.start({ seedCount: 2, skewsMs: skewsMs.slice(0, 2) })
    const share = await SentShare.make('ending', { chunkCount: 20 })
    await network.store(share)
    const [ahead, behind] = network.seeds
    // Half a day before its end, for who has the right time.
    network.pass(6.5 * DAY_MS)
    network.publish()
    await expect(ahead?.client(share).getIndex()).rejects.toMatchObject({ code: 'SHARE_EXPIRED' })
    expect(await behind?.client(share).getIndex()).toEqual(share.index)
    const longer = share.sealed({
      seq: 12,
      issuedAtMs: network.nowMs,
      expiresAtMs: NOW_MS + 30 * DAY_MS,
    })
    await behind?.client(share).putCheckpoint(decodeCheckpointMessage(longer))
    await network.until(async () => (await ahead?.find(share))?.checkpoint?.seq === 12)
    expect(await ahead?.client(share).getIndex()).toEqual(share.index)
  })

  it('F14: shows the operator by how much the clocks differ', async () => {
    await using network = await CustodyNetwork.start({ seedCount: 2, skewsMs })
    const [ahead] = network.seeds
    await network.until(() => ahead?.summary['skewMs'] !== 0)
    expect(Number(ahead?.summary['skewMs']) / DAY_MS).toBeCloseTo(-1.98, 2)
  })
})

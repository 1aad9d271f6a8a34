import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { concat } from '../../../protocol/bytes.ts'
import { decodeCheckpointMessage } from '../../../protocol/accept.ts'
import { NOW_MS } from '../../protocol/owner.ts'
import { DAY_MS, SentShare } from '../sent-share.ts'
import { CustodyNetwork } from './custody-network.ts'

describe('custody over HTTP', () => {
  it('fills the other custodian from the one that the sender reaches', async () => {
    await using network = await CustodyNetwork.start({ seedCount: 3 })
    const share = await SentShare.make('reached', { chunkCount: 40 })
    const [, second] = await network.store(share)
    expect(await second?.client(share).getIndex()).toEqual(share.index)
    expect(network.errors).toEqual([])
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
    for (const [e, [first, last]] of share.extents.entries()) {
      const [here, there] = e % 2 === 0 ? seeds : seeds.toReversed()
      await here?.client(share).patchChunks(first, share.chunks.slice(first, last + 1))
      await network.until(async () => (await there?.find(share))?.held.has(last) ?? false)
    }
    expect(await Promise.all(seeds.map((seed) => seed.isWhole(share)))).toEqual([true, true])
    expect(network.errors).toEqual([])
  })

  it('follows a growing share to the seed that its sender does not reach', async () => {
    await using network = await CustodyNetwork.start({ seedCount: 2 })
    const share = await SentShare.make('growing', { chunkCount: 50 })
    const [first, second] = network.custodians(share)
    const client = first?.client(share)
    await client?.putShare(concat(share.owner.genesisBytes, share.grant))
    for (const [e, [from, last]] of share.extents.slice(0, 3).entries()) {
      const open = share.message(last + 1, { seq: e + 1 }, from)
      await client?.putCheckpoint(decodeCheckpointMessage(open))
      if (e === 0) await client?.putIndex(share.index)
      await client?.patchChunks(from, share.chunks.slice(from, last + 1))
      await network.until(async () => (await second?.find(share))?.held.count === last + 1)
    }
    expect((await second?.find(share))?.checkpoint?.state).toBe('open')
  })

  it('refills a seed whose folder was emptied, without anyone asking', async () => {
    await using network = await CustodyNetwork.start({ seedCount: 2 })
    const share = await SentShare.make('emptied', { chunkCount: 20 })
    const [first] = await network.store(share)
    await first?.stop()
    await first?.empty()
    await first?.start(network.directory)
    await network.until(async () => (await first?.isWhole(share)) ?? false)
    expect(await first?.client(share).getIndex()).toEqual(share.index)
  })

  it('gives a seed its lost hash list and its lost extents back', async () => {
    await using network = await CustodyNetwork.start({ seedCount: 2 })
    const share = await SentShare.make('unverified', { chunkCount: 40 })
    const [first] = await network.store(share)
    await first?.stop()
    const data = join(first?.dir ?? '', 'data')
    await rm(join(data, 'catalog'), { recursive: true })
    await rm(join(data, 'shares', share.id.slice(0, 2), share.id, '1.ext'))
    await first?.start()
    await first?.running.verified
    expect((await first?.find(share))?.isVerified).toBe(false)
    first?.learn(network.directory)
    await network.until(async () => (await first?.isWhole(share)) ?? false)
  })

  it('hands an extension on to the custodian that missed it', async () => {
    await using network = await CustodyNetwork.start({ seedCount: 2 })
    const share = await SentShare.make('extended', { chunkCount: 20 })
    const [first, second] = await network.store(share)
    await second?.stop()
    const longer = share.sealed({ seq: 12, expiresAtMs: NOW_MS + 30 * DAY_MS })
    await first?.client(share).putCheckpoint(decodeCheckpointMessage(longer))
    await second?.start(network.directory)
    await network.until(async () => (await second?.find(share))?.checkpoint?.seq === 12)
    expect(await second?.isWhole(share)).toBe(true)
  })

  it('keeps receipts of the co-custodians to show', async () => {
    await using network = await CustodyNetwork.start({ seedCount: 2 })
    const share = await SentShare.make('receipts', { chunkCount: 20 })
    const [first, second] = await network.store(share)
    await network.until(async () => (await first?.find(share))?.receipts.size === 1)
    const receipts = await first?.client(share).getReceipts(new Uint8Array(16))
    expect(receipts?.length).toBe(2)
    expect([...((await first?.find(share))?.receipts.keys() ?? [])]).toEqual([second?.id])
  })

  it('moves shares away from a seed that drains, which lets go once all is proven', async () => {
    const timing = { lettingGoMs: 1500 }
    await using network = await CustodyNetwork.start({ seedCount: 3, timing })
    const share = await SentShare.make('drained', { chunkCount: 60 })
    const [first, second] = await network.store(share)
    const [third] = network.others(share)
    if (first === undefined) throw new Error('no custodian')
    network.states.set(first, 'draining')
    network.publish()
    await network.until(async () => (await third?.isWhole(share)) ?? false)
    expect(first.summary).toMatchObject({ shares: 1, outside: 1 })
    await network.until(async () => (await first.find(share)) === undefined)
    expect(await second?.isWhole(share)).toBe(true)
    expect(await third?.isWhole(share)).toBe(true)
    expect(network.errors).toEqual([])
  })

  it('does not let go where the new custodian cannot be reached', async () => {
    const timing = { lettingGoMs: 300 }
    await using network = await CustodyNetwork.start({ seedCount: 3, timing })
    const share = await SentShare.make('kept', { chunkCount: 20 })
    const [first] = await network.store(share)
    const [third] = network.others(share)
    if (first === undefined) throw new Error('no custodian')
    await third?.stop()
    network.states.set(first, 'draining')
    network.publish()
    await network.until(() => first.summary['outside'] === 1)
    await network.until(() => first.summary['silentSeeds'] === 1)
    await new Promise((resolve) => setTimeout(resolve, 1500))
    expect(await first.isWhole(share)).toBe(true)
  })

  it('goes on where a source breaks off in the middle', async () => {
    await using network = await CustodyNetwork.start({ seedCount: 2 })
    const share = await SentShare.make('broken off', { chunkCount: 80 })
    const [first, second] = network.custodians(share)
    if (first === undefined || second === undefined) throw new Error('no custodians')
    const line = await network.putLine(first)
    let left = 3
    line.forge = ({ path }, { status, body }) => {
      if (!path.endsWith('/data') || left === 0) return undefined
      left -= 1
      return { status, body: body.slice(0, body.length / 2) }
    }
    await network.send(share, first)
    await network.until(() => second.isWhole(share))
    expect(left).toBe(0)
    expect(network.errors).toEqual([])
  })

  it('shows no token to a seed that does not answer with the genesis', async () => {
    await using network = await CustodyNetwork.start({ seedCount: 3 })
    const share = await SentShare.make('token', { chunkCount: 20 })
    const [third] = network.others(share)
    if (third === undefined) throw new Error('no third seed')
    const line = await network.putLine(third)
    await network.store(share)
    const asked = line.asked.filter((each) => each.includes(share.id))
    expect(asked.length).toBeGreaterThan(0)
    expect(new Set(asked)).toEqual(new Set([`GET /v1/shares/${share.id}`]))
    expect(line.tokens).toEqual([])
  })
})

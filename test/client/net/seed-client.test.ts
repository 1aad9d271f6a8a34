import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { canReach } from '../../../client/engine/net/can-reach.ts'
import { SeedWriter } from '../../../client/engine/net/seed-writer.ts'
import { concat } from '../../../protocol/bytes.ts'
import { TestSeed } from '../../seed/test-seed.ts'
import { SentShare } from '../../seed/sent-share.ts'
import { closedUrl, FrontDoor, type Tenant } from './front-door.ts'

describe('a seed with several addresses', () => {
  let stack: AsyncDisposableStack
  let seed: TestSeed
  let share: SentShare

  beforeEach(async () => {
    stack = new AsyncDisposableStack()
    seed = stack.use(await TestSeed.start())
    share = await SentShare.make('addresses', { chunkCount: 2 })
  })

  afterEach(() => stack.disposeAsync())

  const open = async (tenant?: Tenant, at = seed): Promise<FrontDoor> =>
    stack.use(await FrontDoor.open(at.url, tenant))
  const clientOf = (...urls: string[]): SeedWriter => new SeedWriter({ urls, shareId: share.id })

  it('is asked at the first only, as long as that answers', async () => {
    await seed.send(share)
    const [first, second] = [await open(), await open()]
    const client = clientOf(first.url, second.url)
    await client.getGenesis()
    await client.authorize(share.readToken).getIndex()
    expect([first.log, second.log]).toEqual([['GET', 'GET /index with token'], []])
  })

  it('is found at the next one where nobody listens, and asked there from then on', async () => {
    await seed.send(share)
    const [empty, second] = [await open('nothing'), await open()]
    const client = clientOf(await closedUrl(), empty.url, second.url)
    expect(await client.getGenesis()).toEqual(share.owner.genesisBytes)
    client.authorize(share.readToken)
    expect(await client.getIndex()).toEqual(share.index)
    for await (const { index, sealed } of client.getChunks({ first: 0, count: 2 })) {
      expect(sealed).toEqual(share.chunks[index])
    }
    expect(empty.log).toEqual(['GET'])
    expect(second.log).toEqual(['GET', 'GET /index with token', 'GET /data with token'])
  })

  it('takes a new share at the first one that answers', async () => {
    const second = await open()
    const client = clientOf(await closedUrl(), second.url).authorize(share.readToken)
    expect(await client.putShare(concat(share.owner.genesisBytes, share.grant))).toBe(true)
    await client.putIndex(share.index).catch(() => undefined)
    expect(second.log).toEqual(['GET', 'PUT with token', 'PUT /index with token'])
  })

  it('is not taken for another program that listens at one of them', async () => {
    await seed.send(share)
    const [stranger, second] = [await open('stranger'), await open()]
    const client = clientOf(stranger.url, second.url).authorize(share.readToken)
    expect(await client.getIndex()).toEqual(share.index)
    expect(stranger.log).toEqual(['GET'])
  })

  it('is looked for again when its address can no longer be reached', async () => {
    await seed.send(share)
    const [first, second] = [await open(), await open()]
    const client = clientOf(first.url, second.url).authorize(share.readToken)
    await client.getIndex()
    first.tenant = 'nothing'
    await expect(client.getIndex()).rejects.toMatchObject({ code: 'SEED_UNREACHABLE' })
    expect(await client.getIndex()).toEqual(share.index)
    second.tenant = 'nothing'
    first.tenant = 'seed'
    await expect(client.getIndex()).rejects.toMatchObject({ code: 'SEED_UNREACHABLE' })
    expect(await client.getIndex()).toEqual(share.index)
  })

  it('is waited for but shortly where something listens and never answers', async () => {
    await seed.send(share)
    const [silent, second] = [await open('silence'), await open()]
    expect(await clientOf(silent.url, second.url).getGenesis()).toEqual(share.owner.genesisBytes)
  })

  it('shows the token to no other seed than the one that showed the genesis', async () => {
    await seed.send(share)
    const other = stack.use(await TestSeed.start())
    const [first, wrong] = [await open(), await open('seed', other)]
    const client = clientOf(first.url, wrong.url)
    await client.getGenesis()
    await client.authorize(share.readToken).getIndex()
    first.tenant = 'nothing'
    await expect(client.getIndex()).rejects.toMatchObject({ code: 'SEED_UNREACHABLE' })
    await expect(client.getIndex()).rejects.toMatchObject({ code: 'SHARE_MISSING' })
    expect(wrong.log).toEqual(['GET'])
    first.tenant = 'seed'
    expect(await client.getIndex()).toEqual(share.index)
  })

  it('is told anew of a share that it lost, at the address where it had it', async () => {
    await seed.send(share)
    const emptied = stack.use(await TestSeed.start())
    const first = await open()
    const client = clientOf(first.url, await closedUrl()).authorize(share.readToken)
    await client.getIndex()
    first.tenant = 'nothing'
    await expect(client.getIndex()).rejects.toMatchObject({ code: 'SEED_UNREACHABLE' })
    first.tenant = 'seed'
    first.seedUrl = emptied.url
    await expect(client.getIndex()).rejects.toMatchObject({ code: 'SHARE_MISSING' })
    expect(await client.putShare(concat(share.owner.genesisBytes, share.grant))).toBe(true)
  })

  it('ends what it does when it is told to, and tries no further address', async () => {
    const [silent, second] = [await open('silence'), await open()]
    const stop = new AbortController()
    const asked = clientOf(silent.url, second.url).getGenesis(stop.signal)
    await vi.waitUntil(() => silent.log.length === 1)
    stop.abort(new Error('enough'))
    await expect(asked).rejects.toThrow('enough')
    expect(second.log).toEqual([])
  })
})

describe('a seed without an address for this program', () => {
  afterEach(() => void vi.unstubAllGlobals())

  it('is never asked by a page on https at an http address, but on this machine', async () => {
    vi.stubGlobal('location', new URL('https://skerry.example/'))
    expect(canReach('https://seed.example')).toBe(true)
    expect(canReach('http://localhost:8081')).toBe(true)
    expect(canReach('http://seed.example')).toBe(false)
    const share = await SentShare.make('addresses', { chunkCount: 1 })
    const client = new SeedWriter({ urls: ['http://seed.example'], shareId: share.id })
    const message = 'This seed has no address that can be asked from here.'
    await expect(client.getGenesis()).rejects.toMatchObject({ code: 'SEED_UNREACHABLE', message })
    await expect(client.getIndex()).rejects.toMatchObject({ message })
  })

  it.each([undefined, new URL('http://localhost:8080/')])(
    'is any address to a command, and to a page on http: %s',
    (location) => {
      vi.stubGlobal('location', location)
      expect(canReach('http://seed.example')).toBe(true)
    },
  )
})

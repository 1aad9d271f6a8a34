import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { request } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startSeed } from '../../seed/seed.ts'
import { publicKeyOf } from '../../protocol/crypto/ed25519.ts'
import { seedIdOf } from '../../protocol/seed-id.ts'
import { faultOf, fixedBytes } from '../protocol/owner.ts'
import { NETWORK_SECRET, SentShare } from './sent-share.ts'
import { refusalOf, TestSeed } from './test-seed.ts'
import { SEED_SECRET } from './test-store.ts'

const share = await SentShare.make('seed', { chunkCount: 6 })
const OPERATOR = { 'x-skerry-admin': '1' }

let seed: TestSeed
beforeEach(async () => {
  seed = await TestSeed.start({ adminPort: 0, operator: 'Ann', jurisdiction: 'NZ' })
})
afterEach(() => seed[Symbol.asyncDispose]())

/** As it stands: `fetch` sends no other Host. */
async function admin(
  method: string,
  path: string,
  headers: Record<string, string>,
): Promise<[number, unknown]> {
  const url = new URL(path, seed.running.adminUrl)
  const asked = request(url, { method, headers }).end()
  const { promise, resolve, reject } = Promise.withResolvers<[number, unknown]>()
  asked.on('error', reject).on('response', (answer) => {
    let text = ''
    answer.setEncoding('utf8').on('data', (part: string) => (text += part))
    answer.on('end', () => {
      resolve([answer.statusCode ?? 0, JSON.parse(text)])
    })
  })
  return promise
}

describe('the operator', () => {
  it('sees how the seed is doing', async () => {
    await seed.send(share)
    const [status, body] = await admin('GET', '/v1/status', OPERATOR)
    expect(status).toBe(200)
    expect(body).toMatchObject({
      seedId: seedIdOf(publicKeyOf(SEED_SECRET)),
      operator: 'Ann',
      jurisdiction: 'NZ',
      state: 'open',
      shares: 1,
      storedBytes: share.data.length + share.index.length,
      damagedCopies: 0,
    })
  })

  it('drains the seed for good: it takes no new share and finishes those it has', async () => {
    await seed.create(share)
    expect((await admin('POST', '/v1/drain', OPERATOR))[1]).toMatchObject({ state: 'draining' })
    await seed.restart()
    const other = await SentShare.make('seed other', { chunkCount: 1 })
    expect(await refusalOf(await seed.create(other))).toEqual([507, 'STORE_FULL'])
    expect(await seed.send(share)).toBe(true)
  })

  it('is nobody who comes from a page, under another name, or without the header', async () => {
    const strangers = [
      {},
      { 'x-skerry-admin': '0' },
      { ...OPERATOR, origin: 'http://127.0.0.1' },
      { ...OPERATOR, host: 'rebound.example' },
    ]
    for (const headers of strangers) {
      expect((await admin('GET', '/v1/status', headers))[0]).toBe(403)
      expect((await admin('POST', '/v1/drain', headers))[0]).toBe(403)
    }
    expect((await seed.running.status()).state).toBe('open')
  })
})

describe('a start', () => {
  const place = {
    key: SEED_SECRET,
    networkKey: publicKeyOf(NETWORK_SECRET),
    onFatal: () => undefined,
  }

  it('on a port in use says so, and leaves the folder free', async () => {
    const port = Number(new URL(seed.url).port)
    const dir = `${seed.dir}-second`
    expect(await faultOf(() => startSeed({ ...place, dir, port }))).toBe('PORT_IN_USE')
    await using second = await startSeed({ ...place, dir })
    expect(second.id).toBe(seed.running.id)
    await rm(dir, { recursive: true })
  })

  it('in a folder in use says so', async () => {
    expect(await faultOf(() => startSeed({ ...place, dir: seed.dir }))).toBe('FOLDER_IN_USE')
  })
})

it('ends itself when its folder is emptied under it, so that the next process is filled again', async () => {
  await seed.send(share)
  await rm(join(seed.dir, 'shares'), { recursive: true })
  await rm(join(seed.dir, 'catalog'), { recursive: true })
  await expect.poll(() => seed.fatal.length, { timeout: 10_000 }).toBe(1)
})

it('finds out at once that extents were deleted under it, and takes them again', async () => {
  await seed.send(share)
  await rm(join(seed.dir, 'shares', share.id.slice(0, 2), share.id), { recursive: true })
  const challenge = Buffer.from(fixedBytes('c', 16)).toString('hex')
  const before = await seed.ask(share, `/receipts?challenge=${challenge}`)
  expect(await before.json()).toEqual({ receipts: [] })
  expect(new Uint8Array(await (await seed.ask(share, '/held')).arrayBuffer())).toEqual(
    Uint8Array.of(0),
  )
  expect(await seed.send(share)).toBe(true)
  expect((await seed.ask(share, '/data')).status).toBe(200)
})

it('answers 429 and when to come back above the rate of one address', async () => {
  await using narrow = await TestSeed.start({ limits: { requestsPerMinute: 2 } })
  const ask = (): Promise<Response> => fetch(`${narrow.url}/healthz`)
  expect((await ask()).status).toBe(200)
  expect((await ask()).status).toBe(200)
  const third = await ask()
  expect(Number(third.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(await refusalOf(third)).toEqual([429, 'TOO_MANY_REQUESTS'])
})

it('frees the place of a download whose reader leaves', async () => {
  await using narrow = await TestSeed.start({ limits: { reads: 1 } })
  const large = await SentShare.make('seed large', { chunkCount: 64 })
  await narrow.send(large)
  const stopped = new AbortController()
  const { readToken, id } = large
  const authorization = `Bearer ${Buffer.from(readToken).toString('base64url')}`
  const url = `${narrow.url}/v1/shares/${id}/data`
  // A reader that never reads: its place is taken as long as it stays.
  const reading = await fetch(url, { headers: { authorization }, signal: stopped.signal })
  expect(reading.status).toBe(200)
  expect((await narrow.ask(large, '/data')).status).toBe(429)
  stopped.abort()
  await expect.poll(async () => (await narrow.ask(large, '/data')).status).toBe(200)
})

it('ends in order in the middle of uploads, and has what it answered for afterwards', async () => {
  await seed.create(share)
  await seed.putCheckpoint(share, share.sealed())
  const uploads = Array.from({ length: 12 }, () => seed.patch(share, 0, 4).catch(() => undefined))
  await uploads[0]
  await seed.stop()
  const answers = await Promise.all(uploads)
  expect(seed.fatal).toEqual([])
  expect(answers.some((answer) => answer?.ok === true)).toBe(true)
  await seed.restart()
  const held = await seed.ask(share, '/held')
  expect(new Uint8Array(await held.arrayBuffer())).toEqual(Uint8Array.of(0b1111_1000))
})

it('closes the connections of readers when it ends', async () => {
  const { hostname, port } = new URL(seed.url)
  const socket = connect(Number(port), hostname)
  await once(socket, 'connect')
  const closed = once(socket.resume(), 'close')
  await seed.stop()
  expect(await closed).toEqual([false])
})

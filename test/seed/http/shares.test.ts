import { base64urlnopad } from '@scure/base'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { concat } from '../../../protocol/bytes.ts'
import { publicKeyOf } from '../../../protocol/crypto/ed25519.ts'
import { parseCheckpointAnswer, parseReceipts } from '../../../protocol/http/seed-json.ts'
import { extentHashOf } from '../../../protocol/hash-list.ts'
import { openRecordBy } from '../../../protocol/record/record.ts'
import { fixedBytes } from '../../protocol/owner.ts'
import { SentShare } from '../sent-share.ts'
import { bytesOf, refusalOf, TestSeed } from '../test-seed.ts'
import { SEED_SECRET } from '../test-store.ts'

const share = await SentShare.make('http', { chunkCount: 18 })
const CHUNK = 262_128

let seed: TestSeed
beforeAll(async () => {
  seed = await TestSeed.start({ timeouts: { longPollMs: 300 } })
})
afterAll(() => seed[Symbol.asyncDispose]())

/** A share that no other test uses. */
let count = 0
async function freshShare(chunkCount = 2): Promise<SentShare> {
  count += 1
  return SentShare.make(`http ${count}`, { chunkCount })
}

describe('the calls of a sender', () => {
  it('answer 201 to a new share and 200 to one that is held', async () => {
    const fresh = await freshShare()
    expect((await seed.create(fresh)).status).toBe(201)
    expect((await seed.create(fresh)).status).toBe(200)
  })

  it('answer a checkpoint with what is held, and a deletion with a signed record', async () => {
    const fresh = await freshShare()
    await seed.create(fresh)
    const sealed = await seed.putCheckpoint(fresh, fresh.sealed())
    expect(parseCheckpointAnswer(await sealed.json())).toEqual({ seq: 9, n: 2 })
    const gone = parseCheckpointAnswer(
      await (await seed.putCheckpoint(fresh, fresh.deletion())).json(),
    )
    const record = gone.deletion ?? new Uint8Array(0)
    expect(openRecordBy('deletion', record, publicKeyOf(SEED_SECRET)).shareId).toBe(fresh.id)
  })

  it('name the number of hashes held where a checkpoint leaves a gap', async () => {
    const fresh = await freshShare(18)
    await seed.create(fresh)
    const answer = await seed.putCheckpoint(fresh, fresh.message(18, {}, 16))
    expect(answer.status).toBe(409)
    expect(await answer.json()).toMatchObject({ code: 'HASHES_MISSING', details: { n: 0 } })
  })

  it('answer an extent with how many chunks are held', async () => {
    const fresh = await freshShare()
    await seed.create(fresh)
    await seed.putCheckpoint(fresh, fresh.sealed())
    expect(await (await seed.patch(fresh, 1, 1)).json()).toEqual({ heldChunks: 1 })
    expect(await (await seed.patch(fresh, 0, 1)).json()).toEqual({ heldChunks: 2 })
  })

  it('refuse an upload whose length is not that of its range', async () => {
    const fresh = await freshShare()
    await seed.create(fresh)
    await seed.putCheckpoint(fresh, fresh.sealed())
    const short = await seed.patch(fresh, 0, 1, fresh.chunks[0])
    expect(await refusalOf(short)).toEqual([400, 'REQUEST_INVALID'])
    const headers = { 'content-range': 'bytes */10' }
    const odd = await seed.ask(fresh, '/data', { method: 'PATCH', body: 'x', headers })
    expect(await refusalOf(odd)).toEqual([400, 'REQUEST_INVALID'])
  })

  it('refuse an index that no checkpoint names, and take the one that it does', async () => {
    const fresh = await freshShare()
    await seed.create(fresh)
    expect(await refusalOf(await seed.putIndex(fresh))).toEqual([409, 'HASHES_MISSING'])
    await seed.putCheckpoint(fresh, fresh.sealed())
    const other = fresh.index.slice().fill(1, 9, 10)
    expect(await refusalOf(await seed.putIndex(fresh, other))).toEqual([422, 'HASH_MISMATCH'])
    expect((await seed.putIndex(fresh)).status).toBe(200)
  })
})

describe('the calls of a recipient', () => {
  beforeAll(() => seed.send(share))

  it('show the genesis to everybody', async () => {
    const answer = await seed.ask(share, '', { authorization: '' })
    expect(await bytesOf(answer)).toEqual(share.owner.genesisBytes)
  })

  it('show everything that opens a share in one answer, to a body that needs no preflight', async () => {
    const body = base64urlnopad.encode(share.readToken)
    const headers = { 'content-type': 'text/plain' }
    const options = { method: 'POST', body, headers, authorization: '' }
    const answer = await seed.ask(share, '/open', options)
    expect(answer.status).toBe(200)
    const extents = [0, 1].map((e) => extentHashOf(e, share.hashes.slice(e * 512, e * 512 + 512)))
    const checkpoint = share.sealed().slice(0, 196)
    const expected = concat(checkpoint, share.index, ...extents, share.hashes.slice(0, 512))
    expect(Buffer.compare(await bytesOf(answer), expected)).toBe(0)
  })

  it('show checkpoint, index and hashes one by one', async () => {
    const read = async (path: string): Promise<Uint8Array> => bytesOf(await seed.ask(share, path))
    expect(await read('/checkpoint')).toEqual(share.sealed().slice(0, 196))
    expect(Buffer.compare(await read('/index'), share.index)).toBe(0)
    expect(await read('/extents/1')).toEqual(share.hashes.slice(512))
    for (const many of [2, 16, 1_000_000]) {
      expect(await read(`/extents/0?count=${many}`)).toEqual(share.hashes)
    }
    expect(await read('/extents/0?count=1')).toEqual(share.hashes.slice(0, 512))
    expect(await read('/extents/1?count=0')).toEqual(share.hashes.slice(512))
    expect((await read('/extents')).length).toBe(64)
    expect(await refusalOf(await seed.ask(share, '/extents/2'))).toEqual([400, 'REQUEST_INVALID'])
    expect(await read('/held')).toEqual(Uint8Array.of(0xff, 0xff, 0xc0))
  })

  it('show this seed its own signed word over a fresh challenge', async () => {
    const challenge = Buffer.from(fixedBytes('ask', 16)).toString('hex')
    const answer = await seed.ask(share, `/receipts?challenge=${challenge}`)
    const [own] = parseReceipts(await answer.json())
    const receipt = openRecordBy('receipt', own ?? new Uint8Array(0), publicKeyOf(SEED_SECRET))
    expect(receipt).toMatchObject({ n: 18, challenge: fixedBytes('ask', 16) })
    expect((await seed.ask(share, '/receipts?challenge=12')).status).toBe(400)
  })

  it('are refused without the token, and to another one', async () => {
    const wrong = `Bearer ${base64urlnopad.encode(fixedBytes('wrong'))}`
    const paths = ['/checkpoint', '/index', '/extents', '/extents/0', '/held', '/data', '/receipts']
    for (const path of paths.map((name) =>
      name.replace('receipts', `receipts?challenge=${'0'.repeat(32)}`),
    )) {
      for (const authorization of ['', wrong, 'Basic abc', `${wrong}A`]) {
        const answer = await seed.ask(share, path, { authorization })
        expect([path, ...(await refusalOf(answer))]).toEqual([path, 403, 'TOKEN_WRONG'])
      }
    }
    const open = await seed.ask(share, '/open', { method: 'POST', body: wrong.slice(7) })
    expect(await refusalOf(open)).toEqual([403, 'TOKEN_WRONG'])
  })

  it("are answered 410 with the owner's signed word once the share is deleted", async () => {
    const fresh = await freshShare()
    await seed.send(fresh)
    await seed.putCheckpoint(fresh, fresh.deletion())
    const checkpoint = base64urlnopad.encode(fresh.deletion().slice(0, 196))
    const reads = ['/checkpoint', '/index', '/data', '/held', '/extents/0']
    const answers = reads.map((path) => seed.ask(fresh, path))
    // A sender who goes on meanwhile is shown it too.
    answers.push(seed.putCheckpoint(fresh, fresh.sealed({ seq: 99 })))
    for (const answer of await Promise.all(answers)) {
      expect(answer.status).toBe(410)
      expect(await answer.json()).toMatchObject({ code: 'SHARE_DELETED', details: { checkpoint } })
    }
  })

  it('are answered 404 for a share that is not here, and 400 for what is no id', async () => {
    const absent = await freshShare()
    expect(await refusalOf(await seed.ask(absent, '/data'))).toEqual([404, 'SHARE_MISSING'])
    const odd = await fetch(`${seed.url}/v1/shares/XY/data`)
    expect(await refusalOf(odd)).toEqual([400, 'REQUEST_INVALID'])
    expect((await fetch(`${seed.url}/v1/nothing`)).status).toBe(404)
  })
})

function get(range: string | undefined, headers: Record<string, string> = {}): Promise<Response> {
  const wanted: Record<string, string> = range === undefined ? {} : { range }
  return seed.ask(share, '/data', { headers: { ...wanted, ...headers } })
}

describe('the data of a share', () => {
  it('comes whole, with its length and the id as ETag', async () => {
    const answer = await get(undefined)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-length')).toBe(String(share.data.length))
    expect(answer.headers.get('etag')).toBe(`"${share.id}"`)
    expect(answer.headers.get('accept-ranges')).toBe('bytes')
    expect(Buffer.compare(await bytesOf(answer), share.data)).toBe(0)
  })

  it.each([
    ['bytes=0-0', 0, 0],
    ['bytes=5-', 5, -1],
    [`bytes=${CHUNK - 1}-${CHUNK}`, CHUNK - 1, CHUNK],
    ['bytes=-7', -7, -1],
    ['bytes=-999999999', 0, -1],
    ['bytes=100-999999999999', 100, -1],
    [`bytes=${15 * CHUNK + 9}-${17 * CHUNK + 9}`, 15 * CHUNK + 9, 17 * CHUNK + 9],
  ])('comes in part for %s', async (range, from, to) => {
    const answer = await get(range)
    const total = share.data.length
    const [start, end] = [from < 0 ? total + from : from, to < 0 ? total + to : to]
    expect(answer.status).toBe(206)
    expect(answer.headers.get('content-range')).toBe(`bytes ${start}-${end}/${total}`)
    expect(answer.headers.get('content-length')).toBe(String(end - start + 1))
    expect(Buffer.compare(await bytesOf(answer), share.data.subarray(start, end + 1))).toBe(0)
  })

  it('is 416 behind its end, and whole for ranges that nobody has to understand', async () => {
    const behind = await get(`bytes=${share.data.length}-`)
    expect(behind.status).toBe(416)
    expect(behind.headers.get('content-range')).toBe(`bytes */${share.data.length}`)
    expect((await get('bytes=-0')).status).toBe(416)
    for (const range of ['bytes=0-1,5-6', 'chunks=1-2', 'bytes=9-5', 'bytes=-']) {
      expect((await get(range)).status).toBe(200)
    }
  })

  it('heeds If-Range', async () => {
    expect((await get('bytes=0-9', { 'if-range': `"${share.id}"` })).status).toBe(206)
    expect((await get('bytes=0-9', { 'if-range': '"other"' })).status).toBe(200)
  })

  it('answers HEAD with everything but the bytes', async () => {
    const answer = await seed.ask(share, '/data', { method: 'HEAD' })
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-length')).toBe(String(share.data.length))
    expect((await bytesOf(answer)).length).toBe(0)
  })

  it('is cut where a hole is, and 404 where it would start in one', async () => {
    const holed = await freshShare(6)
    await seed.create(holed)
    await seed.putCheckpoint(holed, holed.sealed())
    await seed.patch(holed, 0, 1)
    await seed.patch(holed, 4, 5)
    const cut = await seed.ask(holed, '/data', { headers: { range: 'bytes=10-' } })
    expect(cut.status).toBe(206)
    expect(cut.headers.get('content-range')).toBe(`bytes 10-${2 * CHUNK - 1}/${holed.data.length}`)
    expect((await bytesOf(cut)).length).toBe(2 * CHUNK - 10)
    const hole = await seed.ask(holed, '/data', { headers: { range: `bytes=${2 * CHUNK}-` } })
    expect(hole.status).toBe(404)
    expect(await hole.json()).toMatchObject({ code: 'CHUNK_MISSING', details: { chunk: 2 } })
    expect((await seed.ask(holed, '/data')).status).toBe(404)
    const tail = await seed.ask(holed, '/data', { headers: { range: 'bytes=-300' } })
    expect(Buffer.compare(await bytesOf(tail), holed.data.subarray(-300))).toBe(0)
  })
})

describe('waiting for news', () => {
  it('ends with the newer checkpoint, or with 204', async () => {
    const fresh = await freshShare(17)
    await seed.create(fresh)
    await seed.putCheckpoint(fresh, fresh.message(16, { seq: 2 }))
    expect((await seed.ask(fresh, '/checkpoint?after=2')).status).toBe(204)
    const waiting = seed.ask(fresh, '/checkpoint?after=2')
    await seed.putCheckpoint(fresh, fresh.sealed())
    expect(await bytesOf(await waiting)).toEqual(fresh.sealed().slice(0, 196))
  })

  it('ends once more is held than was known', async () => {
    const fresh = await freshShare(17)
    await seed.create(fresh)
    await seed.putCheckpoint(fresh, fresh.sealed())
    const waiting = seed.ask(fresh, '/held?after=0')
    await seed.patch(fresh, 16, 16)
    expect(await bytesOf(await waiting)).toEqual(Uint8Array.of(0, 0, 0x80))
    expect(await bytesOf(await seed.ask(fresh, '/held?after=1'))).toEqual(Uint8Array.of(0, 0, 0x80))
  })

  it('ends with 410 when the share is deleted', async () => {
    const fresh = await freshShare()
    await seed.send(fresh)
    const waiting = seed.ask(fresh, '/checkpoint?after=9')
    await seed.putCheckpoint(fresh, fresh.deletion())
    expect((await waiting).status).toBe(410)
  })
})

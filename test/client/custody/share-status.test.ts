import { describe, expect, it } from 'vitest'
import { randomBytes } from '../../../client/cli/random-bytes.ts'
import { findShare } from '../../../client/engine/custody/open-share.ts'
import {
  readStatus,
  type SeedStatus,
  type ShareStatus,
} from '../../../client/engine/custody/share-status.ts'
import type { SendSession } from '../../../client/engine/send/send-session.ts'
import type { SharePlan } from '../../../client/engine/send/share-plan.ts'
import { assert } from '../../../protocol/errors.ts'
import { EXTENT_CHUNKS } from '../../../protocol/limits.ts'
import { faultOf } from '../../protocol/owner.ts'
import type { PassedCall } from '../fault-proxy.ts'
import { MemoryFile, randomBytes as fixedBytes } from '../memory-files.ts'
import { MemorySlot, SendNetwork, type SentSeed } from '../send-network.ts'

const ONCE = { replicas: 1, jurisdictions: 1, denied: [] }

type Stored = Readonly<{ network: SendNetwork; plan: SharePlan }> & AsyncDisposable

async function store(seedCount = 2, policy?: typeof ONCE): Promise<Stored> {
  const network = await SendNetwork.start(seedCount)
  const file = new MemoryFile('a', fixedBytes(5_000_000, 1))
  const plan = await network.plan([file], policy === undefined ? {} : { policy })
  await network.send(plan, new MemorySlot()).done
  return { network, plan, [Symbol.asyncDispose]: () => network[Symbol.asyncDispose]() }
}

type Asked = Pick<Stored, 'network' | 'plan'>

async function statusOf(
  { network, plan }: Asked,
  random: typeof randomBytes = randomBytes,
): Promise<ShareStatus> {
  const signal = AbortSignal.timeout(20_000)
  const { seeds } = network.network.directory
  const link = { shareId: plan.shareId, secret: plan.secrets.secret }
  const share = await findShare(link, seeds, signal)
  const ports = { randomBytes: random, nowMs: network.nowMs, isChallenge: true, signal }
  return readStatus(share, network.network, ports)
}

type Growing = Asked & Readonly<{ session: SendSession }> & AsyncDisposable

/** Paused once each seed has a part. */
async function sendPart(network: SendNetwork): Promise<Growing> {
  const plan = await network.plan([new MemoryFile('a', fixedBytes(32_000_000, 1))])
  const session = network.send(plan, new MemorySlot())
  const isPaused = Promise.withResolvers<void>()
  network.onCall(() => {
    if (!network.seeds.every(({ proxy }) => proxy.bodies > 0)) return
    session.pause()
    isPaused.resolve()
  })
  await isPaused.promise
  network.onCall(() => undefined)
  const stop = async (): Promise<void> => {
    session.stop()
    await expect(session.done).rejects.toMatchObject({ code: 'STOPPED' })
  }
  return { network, plan, session, [Symbol.asyncDispose]: stop }
}

async function listedCount(sent: SentSeed, { shareId }: SharePlan): Promise<number> {
  return (await sent.custody.running.shares.find(shareId))?.chunkCount ?? 0
}

type Line = { [Key in 'held' | 'challenge' | 'receipt' | 'problem']: SeedStatus[Key] | undefined }

async function lineOf(stored: Stored, sent: SentSeed | undefined): Promise<Line> {
  const { seeds } = await statusOf(stored)
  const line = seeds.find(({ seed }) => seed.id === sent?.seed.id)
  return {
    held: line?.held,
    challenge: line?.challenge,
    receipt: line?.receipt,
    problem: line?.problem,
  }
}

/** Of so many the last. */
function drawLast(count: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(count).fill(255)
}

/** Answers otherwise than the seed did. */
async function change(
  { url, init }: PassedCall,
  edit: (body: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>,
): Promise<Response> {
  const { status, headers, ...answer } = await fetch(url, init).then(async (response) => ({
    status: response.status,
    headers: response.headers,
    body: new Uint8Array(await response.arrayBuffer()),
  }))
  const range = headers.get('content-range')
  const kept = range === null ? {} : { 'content-range': range }
  return new Response(edit(answer.body), { status, headers: kept })
}

function flipLast(body: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const at = body.length - 1
  body[at] = (body[at] ?? 0) ^ 1
  return body
}

describe('the status of a share', () => {
  it('shows a seed that has not answered when the time for it is over as one that cannot be reached', async () => {
    await using stored = await store()
    const { network, plan } = stored
    const [, silent] = network.seeds
    const limit = new AbortController()
    network.onCall((call, seed) => {
      if (seed !== silent || call !== 'GET /receipts') return undefined
      return new Promise(() => limit.abort(new DOMException('Too late.', 'TimeoutError')))
    })
    const share = { ...plan, ownerPublicKey: plan.genesis.ownerPublicKey }
    const { signal } = limit
    const ports = { randomBytes, nowMs: network.nowMs, isChallenge: true, signal }
    const { seeds } = await readStatus(share, network.network, ports)
    const line = seeds.find(({ seed }) => seed.id === silent?.seed.id)
    expect(line).toMatchObject({ held: 'unreachable', challenge: 'unreachable' })
  })

  it('shows every custodian with a fresh receipt and a chunk that was right', async () => {
    await using stored = await store()
    const { checkpoint, isPolicyMet, seeds } = await statusOf(stored)
    expect([checkpoint.state, isPolicyMet]).toEqual(['sealed', true])
    expect(seeds).toHaveLength(2)
    for (const { held, challenge, isCustodian, receipt } of seeds) {
      expect([held, challenge, isCustodian]).toEqual(['all', 'passed', true])
      expect(receipt?.keepUntilMs).toBe(checkpoint.expiresAtMs)
    }
  })

  it('says so when a seed cannot be reached, and that the policy is not met', async () => {
    await using stored = await store()
    const [, away] = stored.network.seeds
    await away?.custody.stop()
    const line = await lineOf(stored, away)
    expect(line).toMatchObject({
      held: 'unreachable',
      challenge: 'unreachable',
      receipt: undefined,
    })
    expect((await statusOf(stored)).isPolicyMet).toBe(false)
  })

  it('shows a seed that lost everything', async () => {
    await using stored = await store()
    const [first, emptied] = stored.network.seeds
    await first?.custody.stop()
    await emptied?.custody.stop()
    await emptied?.custody.empty()
    // Without a directory they do not ask each other.
    await first?.custody.start()
    await emptied?.custody.start()
    expect(await lineOf(stored, emptied)).toEqual({
      held: 'none',
      challenge: 'not held',
      receipt: undefined,
      problem: 'does not know it',
    })
  })

  it('leaves out seeds that have nothing to do with it', async () => {
    await using stored = await store(3, ONCE)
    const { seeds } = await statusOf(stored)
    expect(seeds.filter(({ isCustodian }) => isCustodian)).toHaveLength(1)
    for (const { isCustodian, held } of seeds) expect(isCustodian || held !== 'none').toBe(true)
  })

  it('believes no receipt that was signed for somebody else', async () => {
    await using stored = await store()
    const [, replaying] = stored.network.seeds
    assert(replaying !== undefined, 'a second seed')
    const answers: string[] = []
    replaying.proxy.pass = async ({ line, url, init }) => {
      const answer = await fetch(url, init)
      if (line !== 'GET /receipts') return answer
      answers.push(await answer.text())
      return new Response(answers[0])
    }
    expect((await lineOf(stored, replaying)).receipt).toBeDefined()
    expect((await lineOf(stored, replaying)).receipt).toBeUndefined()
  })

  it('asks whoever signed for all of it for any of it, whatever it says that it holds', async () => {
    await using stored = await store()
    const [, lying] = stored.network.seeds
    assert(lying !== undefined, 'a second seed')
    // It kept the first chunk of five, and says so.
    lying.proxy.pass = async (call) => {
      if (call.line === 'GET /held')
        return change(call, (body) => new Uint8Array(body.length).fill(0x80, 0, 1))
      const range = new Headers(call.init.headers).get('range') ?? ''
      const isGone = call.line === 'GET /data' && !range.startsWith('bytes=0-')
      return isGone ? new Response(undefined, { status: 404 }) : fetch(call.url, call.init)
    }
    const { seeds } = await statusOf(stored, drawLast)
    const line = seeds.find(({ seed }) => seed.id === lying.seed.id)
    expect(line?.receipt).toBeDefined()
    expect([line?.held, line?.challenge]).toEqual(['part', 'not held'])
  })

  it('finds out who serves other bytes than were published', async () => {
    await using stored = await store()
    const [, lying] = stored.network.seeds
    assert(lying !== undefined, 'a second seed')
    lying.proxy.pass = (call) =>
      call.line.startsWith('GET /data') ? change(call, flipLast) : fetch(call.url, call.init)
    expect((await lineOf(stored, lying)).challenge).toBe('failed')
  })

  it('finds out who shows other hashes than were signed', async () => {
    await using stored = await store()
    const [, lying] = stored.network.seeds
    assert(lying !== undefined, 'a second seed')
    lying.proxy.pass = (call) =>
      call.line.startsWith('GET /extents') ? change(call, flipLast) : fetch(call.url, call.init)
    expect((await lineOf(stored, lying)).challenge).toBe('failed')
  })

  it('takes a seed that does not answer the challenge for one that does not hold it', async () => {
    await using stored = await store()
    const [, silent] = stored.network.seeds
    silent?.proxy.faults.push({ matches: /^GET \/data/, code: 'CHUNK_MISSING' })
    expect((await lineOf(stored, silent)).challenge).toBe('not held')
  })

  it('accuses no seed that is told of more of the share while it is asked', async () => {
    await using network = await SendNetwork.start(2)
    await using growing = await sendPart(network)
    const grown: number[] = []
    network.onCall(async (call, sent) => {
      if (call !== 'GET /extents') return
      const before = await listedCount(sent, growing.plan)
      growing.session.continue()
      await network.until(async () => (await listedCount(sent, growing.plan)) > before)
      grown.push(before)
    })
    const { checkpoint, seeds } = await statusOf(growing)
    expect(checkpoint.state).toBe('open')
    expect(grown.filter((count) => count >= EXTENT_CHUNKS)).toHaveLength(2)
    expect(seeds.map(({ challenge }) => challenge)).toEqual(['passed', 'passed'])
  })

  it('asks a seed for a chunk that it says it holds', async () => {
    await using network = await SendNetwork.start(2, { isPartitioned: true })
    await using growing = await sendPart(network)
    for (const byte of [0, 60, 120, 180, 255]) {
      const drawn: typeof randomBytes = (count) => new Uint8Array(count).fill(byte)
      const { seeds } = await statusOf(growing, drawn)
      expect(seeds.map(({ held, challenge }) => [held, challenge])).toEqual([
        ['part', 'passed'],
        ['part', 'passed'],
      ])
    }
  })

  it('says that nobody knows a share, or that nobody answers', async () => {
    await using network = await SendNetwork.start(2)
    const plan = await network.plan([new MemoryFile('a', fixedBytes(10, 1))])
    const stored = { network, plan, [Symbol.asyncDispose]: async () => undefined }
    expect(await faultOf(() => statusOf(stored))).toBe('SHARE_MISSING')
    for (const { proxy } of network.seeds) proxy.isDown = true
    expect(await faultOf(() => statusOf(stored))).toBe('SEED_UNREACHABLE')
  })
})

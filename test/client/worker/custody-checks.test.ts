import { describe, expect, it } from 'vitest'
import type { FoundShare } from '../../../client/engine/custody/open-share.ts'
import type { SharePlan } from '../../../client/engine/send/share-plan.ts'
import { CustodyChecks } from '../../../client/worker/custody-checks.ts'
import type { CustodySnapshot } from '../../../client/worker/snapshot.ts'
import { assert } from '../../../protocol/errors.ts'
import { MemoryFile, randomBytes } from '../memory-files.ts'
import { MemorySlot, SendNetwork } from '../send-network.ts'

type Seen = Pick<CustodySnapshot, 'receipt' | 'challenge'>
type Stored = Readonly<{
  network: SendNetwork
  plan: SharePlan
  share: FoundShare
  checks: CustodyChecks
  /** What is shown of each seed. */
  seen: () => Seen[]
}> &
  AsyncDisposable

const both = (seen: Seen): Seen[] => [seen, seen]

async function store(seedCount: number): Promise<Stored> {
  const network = await SendNetwork.start(seedCount)
  const plan = await network.plan([new MemoryFile('a', randomBytes(300_000, 1))])
  await network.send(plan, new MemorySlot()).done
  const share = { ...plan, ownerPublicKey: plan.genesis.ownerPublicKey }
  const checks = new CustodyChecks(() => undefined, network.nowMs)
  const seen = (): Seen[] =>
    network.seeds.map(({ seed }) => {
      const { receipt, challenge } = checks.snapshotOf(seed)
      return { receipt, challenge }
    })
  return {
    network,
    plan,
    share,
    checks,
    seen,
    [Symbol.asyncDispose]: () => network[Symbol.asyncDispose](),
  }
}

describe('seeds that are asked for their receipts', () => {
  it('show them with their dates, and are asked for no piece', async () => {
    await using stored = await store(2)
    const { network, plan, share, checks } = stored
    const calls: string[] = []
    network.onCall((call) => calls.push(call))
    expect(stored.seen()).toEqual(both({ receipt: 'unknown', challenge: 'not asked' }))
    const asking = checks.ask('receipts', share, network.network)
    expect(stored.seen()).toEqual(both({ receipt: 'asking', challenge: 'not asked' }))
    await asking
    expect(stored.seen()).toEqual(both({ receipt: 'stored', challenge: 'not asked' }))
    for (const { seed } of network.seeds) {
      const { receiptAtMs = 0, keepUntilMs } = checks.snapshotOf(seed)
      // Each by its own clock.
      expect(Math.abs(network.nowMs() - receiptAtMs)).toBeLessThan(60_000)
      expect(keepUntilMs).toBe(plan.expiresAtMs)
    }
    expect(calls.filter((call) => call.startsWith('GET /data'))).toEqual([])
  })

  it('keep what they showed when they were asked for a piece', async () => {
    await using stored = await store(2)
    const { network, share, checks } = stored
    await checks.ask('challenge', share, network.network)
    const before = stored.seen()
    await checks.ask('receipts', share, network.network)
    expect(stored.seen()).toEqual(before)
    expect(before).toEqual(both({ receipt: 'stored', challenge: 'passed' }))
  })

  it('are said to have none yet, and not to be away, where they do not know the share; and those away are not', async () => {
    await using network = await SendNetwork.start(3)
    const plan = await network.plan([new MemoryFile('a', randomBytes(300, 1))])
    const [there, away, called] = network.seeds
    assert(there !== undefined && away !== undefined && called !== undefined, 'three seeds')
    away.proxy.isDown = true
    const checks = new CustodyChecks(() => undefined, network.nowMs)
    const { directory } = network.network
    // One is reached over WebRTC alone.
    const seeds = [there.seed, away.seed, { ...called.seed, urls: [] }]
    const share = { ...plan, ownerPublicKey: plan.genesis.ownerPublicKey }
    await checks.ask('receipts', share, { ...network.network, directory: { ...directory, seeds } })
    expect(seeds.map((seed) => checks.snapshotOf(seed))).toMatchObject([
      { receipt: 'none', challenge: 'not held' },
      { receipt: 'unknown', challenge: 'unreachable' },
      { receipt: 'unknown', challenge: 'no address' },
    ])
  })

  it('are not said to lack one while they are away, and are asked anew', async () => {
    await using stored = await store(2)
    const { network, share, checks } = stored
    const [there, away] = network.seeds
    assert(there !== undefined && away !== undefined, 'two seeds')
    away.proxy.isDown = true
    await checks.ask('receipts', share, network.network)
    expect(stored.seen()).toEqual([
      { receipt: 'stored', challenge: 'not asked' },
      { receipt: 'unknown', challenge: 'unreachable' },
    ])
    away.proxy.isDown = false
    there.proxy.isDown = true
    await checks.ask('receipts', share, network.network)
    expect(stored.seen()).toEqual([
      { receipt: 'stored', challenge: 'unreachable' },
      { receipt: 'stored', challenge: 'not asked' },
    ])
  })
})

describe('seeds that are asked for a piece', () => {
  it('show as unreachable once none answers, whatever they answered before', async () => {
    await using stored = await store(2)
    const { network, share, checks } = stored
    const challenges = (): string[] => stored.seen().map(({ challenge }) => challenge)
    await checks.ask('challenge', share, network.network)
    expect(challenges()).toEqual(['passed', 'passed'])
    for (const { proxy } of network.seeds) proxy.isDown = true
    await checks.ask('challenge', share, network.network)
    expect(challenges()).toEqual(['unreachable', 'unreachable'])
  })

  it('are not said to have given a wrong one while they have none', async () => {
    await using network = await SendNetwork.start(2, { isPartitioned: true })
    const plan = await network.plan([new MemoryFile('a', randomBytes(300_000, 1))])
    const [holder, other] = network.seeds
    if (other !== undefined) other.proxy.isDown = true
    const session = network.send(plan, new MemorySlot())
    await network.until(async () => {
      const [share] = await network.holdings(plan)
      return share?.held.count === plan.chunkCount
    })
    session.stop()
    await expect(session.done).rejects.toMatchObject({ code: 'STOPPED' })
    if (other !== undefined) other.proxy.isDown = false
    const checks = new CustodyChecks(() => undefined, network.nowMs)
    await checks.ask(
      'challenge',
      { ...plan, ownerPublicKey: plan.genesis.ownerPublicKey },
      network.network,
    )
    const challenges = [holder, other].map((sent) => sent && checks.snapshotOf(sent.seed).challenge)
    expect(challenges).toEqual(['passed', 'not held'])
  })

  it('are said not to have that one where they have lost it, and none is in doubt', async () => {
    await using stored = await store(2)
    const { network, share, checks } = stored
    for (const { proxy } of network.seeds)
      proxy.faults.push({ matches: /^GET \/data/, code: 'CHUNK_MISSING' })
    await checks.ask('challenge', share, network.network)
    expect(stored.seen()).toEqual([
      { receipt: 'stored', challenge: 'piece missing' },
      { receipt: 'stored', challenge: 'piece missing' },
    ])
  })

  it('show as unreachable at the first try, too', async () => {
    await using network = await SendNetwork.start(1)
    const plan = await network.plan([new MemoryFile('a', randomBytes(300, 1))], {
      policy: { replicas: 1, jurisdictions: 1, denied: [] },
    })
    const checks = new CustodyChecks(() => undefined, network.nowMs)
    for (const { proxy } of network.seeds) proxy.isDown = true
    await checks.ask(
      'challenge',
      { ...plan, ownerPublicKey: plan.genesis.ownerPublicKey },
      network.network,
    )
    for (const { seed } of network.seeds) {
      expect(checks.snapshotOf(seed).challenge).toBe('unreachable')
    }
  })
})

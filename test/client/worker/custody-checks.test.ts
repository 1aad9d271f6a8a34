import { describe, expect, it } from 'vitest'
import { CustodyChecks } from '../../../client/worker/custody-checks.ts'
import { MemoryFile, randomBytes } from '../memory-files.ts'
import { MemorySlot, SendNetwork } from '../send-network.ts'

describe('seeds that are asked for a piece', () => {
  it('show as unreachable once none answers, whatever they answered before', async () => {
    await using network = await SendNetwork.start(2)
    const plan = await network.plan([new MemoryFile('a', randomBytes(300_000, 1))])
    await network.send(plan, new MemorySlot()).done
    const share = { ...plan, ownerPublicKey: plan.genesis.ownerPublicKey }
    const checks = new CustodyChecks(() => undefined, network.nowMs)
    const challenges = (): string[] =>
      network.seeds.map(({ seed }) => checks.snapshotOf(seed).challenge)
    await checks.ask(share, network.network)
    expect(challenges()).toEqual(['passed', 'passed'])
    for (const { proxy } of network.seeds) proxy.isDown = true
    await checks.ask(share, network.network)
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
    await checks.ask({ ...plan, ownerPublicKey: plan.genesis.ownerPublicKey }, network.network)
    const challenges = [holder, other].map((sent) => sent && checks.snapshotOf(sent.seed).challenge)
    expect(challenges).toEqual(['passed', 'not held'])
  })

  it('are said not to have that one where they have lost it', async () => {
    await using network = await SendNetwork.start(2)
    const plan = await network.plan([new MemoryFile('a', randomBytes(300_000, 1))])
    await network.send(plan, new MemorySlot()).done
    for (const { proxy } of network.seeds)
      proxy.faults.push({ matches: /^GET \/data/, code: 'CHUNK_MISSING' })
    const checks = new CustodyChecks(() => undefined, network.nowMs)
    await checks.ask({ ...plan, ownerPublicKey: plan.genesis.ownerPublicKey }, network.network)
    const challenges = network.seeds.map(({ seed }) => checks.snapshotOf(seed).challenge)
    expect(challenges).toEqual(['piece missing', 'piece missing'])
  })

  it('show as unreachable at the first try, too', async () => {
    await using network = await SendNetwork.start(1)
    const plan = await network.plan([new MemoryFile('a', randomBytes(300, 1))], {
      policy: { replicas: 1, jurisdictions: 1, denied: [] },
    })
    const checks = new CustodyChecks(() => undefined, network.nowMs)
    for (const { proxy } of network.seeds) proxy.isDown = true
    await checks.ask({ ...plan, ownerPublicKey: plan.genesis.ownerPublicKey }, network.network)
    for (const { seed } of network.seeds) {
      expect(checks.snapshotOf(seed).challenge).toBe('unreachable')
    }
  })
})

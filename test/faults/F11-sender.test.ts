import { describe, expect, it } from 'vitest'
import { MemoryFile, randomBytes } from '../client/memory-files.ts'
import { MemorySlot, SendNetwork } from '../client/send-network.ts'
import { SEALED_OVERHEAD_BYTES } from '../../protocol/limits.ts'

const EXTENT = 16 * 262_100

describe('F11: a sender that is cut off from one of its seeds', () => {
  it('sends all to the other, and calls it stored only when both hold it', async () => {
    await using network = await SendNetwork.start(2)
    const [reached, cutOff] = network.seeds
    if (cutOff !== undefined) cutOff.proxy.isDown = true
    const plan = await network.plan([new MemoryFile('a', randomBytes(3 * EXTENT, 1))])
    await using session = network.send(plan, new MemorySlot())
    const seeds = await session.done
    expect(seeds.map(({ id }) => id).toSorted()).toEqual(
      network.seeds.map(({ seed }) => seed.id).toSorted(),
    )
    for (const share of await network.holdings(plan)) expect(share?.isComplete).toBe(true)
    // Each chunk left once, though it now lies in two places.
    expect(reached?.proxy.sentBytes).toBe(
      plan.streamBytes + plan.chunkCount * SEALED_OVERHEAD_BYTES,
    )
    expect(cutOff?.proxy.log).toEqual([])
  })

  it('is not stored while only one seed holds it, and says whom it waits for', async () => {
    await using network = await SendNetwork.start(2)
    const [, down] = network.seeds
    await down?.custody.stop()
    const plan = await network.plan([new MemoryFile('a', randomBytes(EXTENT, 1))])
    const patience = { startMs: Infinity, stalledMs: Infinity }
    await using session = network.send(plan, new MemorySlot(), { patience })
    // Not before the other has it all.
    void network
      .until(() => session.progress.frontier.onceBytes === plan.totalBytes)
      .then(() => (patience.stalledMs = 500))
    await expect(session.done).rejects.toMatchObject({
      code: 'POLICY_UNMET',
      message: expect.stringContaining('Waiting for operator 1 (DE)') as string,
      details: { keptBytes: plan.totalBytes },
    })
    expect(session.progress.frontier).toMatchObject({ onceBytes: plan.totalBytes, policyBytes: 0 })
  })

  it('goes on when it is cut off and back again and again', async () => {
    await using network = await SendNetwork.start(2)
    const plan = await network.plan([new MemoryFile('a', randomBytes(5 * EXTENT, 1))])
    let calls = 0
    network.onCall((_call, { proxy }) => {
      calls += 1
      proxy.isDown = calls % 5 === 0
    })
    const cuts = setInterval(() => {
      for (const { proxy } of network.seeds) proxy.isDown = false
    }, 20)
    using stopped = new DisposableStack()
    stopped.defer(() => clearInterval(cuts))
    await using session = network.send(plan, new MemorySlot())
    expect(await session.done).toHaveLength(2)
    for (const share of await network.holdings(plan)) {
      expect([share?.isComplete, share?.evidence]).toEqual([true, undefined])
    }
  })
})

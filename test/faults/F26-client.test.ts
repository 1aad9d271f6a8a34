import { describe, expect, it } from 'vitest'
import type { PassedCall } from '../client/fault-proxy.ts'
import { MemoryFile, randomBytes } from '../client/memory-files.ts'
import { MemorySlot, SendNetwork } from '../client/send-network.ts'
import { createRandom } from '../random.ts'

const EXTENT = 16 * 262_100

async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => void setTimeout(resolve, ms))
}

/** As it was, also when whoever sent it is no longer there. */
function pass({ url, init: { signal: _gone, ...init } }: PassedCall): Promise<Response> {
  return fetch(url, init)
}

describe('F26: control messages that come twice, late, or again', () => {
  it.each([1, 2, 3])('change nothing about what is stored, seed %i', async (seed) => {
    const random = createRandom(seed)
    await using network = await SendNetwork.start(2)
    for (const { proxy } of network.seeds) {
      const seen: PassedCall[] = []
      proxy.pass = async (call) => {
        const isControl = call.line.startsWith('PUT')
        if (isControl) seen.push(call)
        await pause(random() * 30)
        const answer = await pass(call)
        // Twice: the sender hears the second answer.
        const again = isControl && random() < 0.5 ? await pass(call) : answer
        const old = seen[Math.floor(random() * seen.length)]
        // Late, and out of order: nobody hears what becomes of it.
        if (old !== undefined && random() < 0.5) await pass(old)
        return again
      }
    }
    const plan = await network.plan([new MemoryFile('a', randomBytes(4 * EXTENT, seed))])
    await using session = network.send(plan, new MemorySlot())
    expect(await session.done).toHaveLength(2)
    for (const share of await network.holdings(plan)) {
      expect([share?.isComplete, share?.evidence]).toEqual([true, undefined])
    }
  })

  it('bring bodies twice without harm', async () => {
    await using network = await SendNetwork.start(2)
    for (const { proxy } of network.seeds) {
      proxy.pass = async (call) => {
        if (call.line.startsWith('PATCH')) await pass(call)
        return pass(call)
      }
    }
    const plan = await network.plan([new MemoryFile('a', randomBytes(2 * EXTENT, 1))])
    await using session = network.send(plan, new MemorySlot())
    expect(await session.done).toHaveLength(2)
    for (const share of await network.holdings(plan)) expect(share?.isComplete).toBe(true)
  })

  it('lose an answer, and the same is sent again', async () => {
    await using network = await SendNetwork.start(2)
    for (const { proxy } of network.seeds) {
      let count = 0
      proxy.pass = async (call) => {
        const answer = await pass(call)
        count += 1
        if (count % 4 === 0) throw new Error('the answer is lost')
        return answer
      }
    }
    const plan = await network.plan([new MemoryFile('a', randomBytes(3 * EXTENT, 1))])
    await using session = network.send(plan, new MemorySlot())
    expect(await session.done).toHaveLength(2)
    for (const share of await network.holdings(plan)) {
      expect([share?.isComplete, share?.evidence]).toEqual([true, undefined])
    }
  })
})

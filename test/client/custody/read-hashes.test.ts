import { expect, it } from 'vitest'
import { readHashes } from '../../../client/engine/custody/read-hashes.ts'
import { SeedClient } from '../../../client/engine/net/seed-client.ts'
import { assert } from '../../../protocol/errors.ts'
import { MemoryFile, randomBytes } from '../memory-files.ts'
import { MemorySlot, SendNetwork } from '../send-network.ts'

it('tells of each extent whose hashes come, though its first answer is lost', async () => {
  await using network = await SendNetwork.start(2)
  const plan = await network.plan([new MemoryFile('a', randomBytes(3 * 16 * 262_100, 1))])
  await network.send(plan, new MemorySlot()).done
  const lost = new Set<string>()
  network.onCall((call) => {
    if (!call.startsWith('GET /extents') || lost.has(call)) return
    lost.add(call)
    throw new Error('lost')
  })
  const [share] = await network.holdings(plan)
  const { seed } = network.seeds[0] ?? {}
  assert(share?.checkpoint !== undefined && seed !== undefined, 'a seed that holds it')
  const told: number[][] = []
  const client = new SeedClient({ urls: seed.urls, shareId: plan.shareId })
  const hashes = await readHashes(client.authorize(plan.readToken), share.checkpoint, {
    chunkCount: plan.chunkCount,
    randomBytes: (count) => randomBytes(count, 1),
    nowMs: network.nowMs,
    onRead: (...how) => void told.push(how),
    signal: AbortSignal.timeout(60_000),
  })
  expect(hashes.root()).toEqual(share.checkpoint.root)
  const { extentCount } = hashes
  expect(told).toEqual(Array.from({ length: extentCount }, (_, i) => [i + 1, extentCount]))
  expect(lost.size).toBe(extentCount + 1)
})

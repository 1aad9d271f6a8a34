import { expect, it } from 'vitest'
import { ProcessNetwork } from '../seed/network/process-network.ts'
import { SentShare } from '../seed/sent-share.ts'
import { openNativeRtc, SeedCaller } from '../seed/swarm/seed-caller.ts'
import { storeShare } from '../seed/swarm/store-share.ts'

const PLACES = 3
const CALLERS = 9

it('F25: a seed that more call than it has places for tells them at once, and serves all in the end', async () => {
  await using network = await ProcessNetwork.start()
  const invitation = await network.invite('NZ', 'alpha')
  const limits = { reserveBytes: 0, scrubBytesPerSecond: 0, peers: PLACES }
  const seed = await network.seed('alpha', { invitation, limits, openRtc: openNativeRtc })
  const share = await SentShare.make('F25', { chunkCount: 2 })
  await storeShare(seed.shares, share)
  let aliveMax = 0
  const fetchAll = async (): Promise<number> => {
    await using caller = await SeedCaller.reach(network.signalUrl, seed.id, share)
    await caller.hear('slot')
    aliveMax = Math.max(aliveMax, seed.swarmCounts.links)
    caller.say({ type: 'request', chunks: [0, 1] })
    await caller.until(() => caller.frames.filter(({ type }) => type === 'chunk').length === 2)
    return caller.refusals
  }
  await Promise.all(Array.from({ length: CALLERS }, fetchAll))
  expect(aliveMax).toBe(PLACES)
  expect(seed.swarmCounts.refused).toBeGreaterThan(0)
  expect(seed.swarmCounts.sentBytes).toBe(CALLERS * share.data.length)
})

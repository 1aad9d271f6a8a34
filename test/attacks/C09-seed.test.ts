import { afterAll, beforeAll, expect, it } from 'vitest'
import type { SeedProcess } from '../../seed/seed-process.ts'
import { ProcessNetwork } from '../seed/network/process-network.ts'
import { SentShare } from '../seed/sent-share.ts'
import { openNativeRtc, SeedCaller } from '../seed/swarm/seed-caller.ts'
import { storeShare } from '../seed/swarm/store-share.ts'

const RESTARTS = 3

let network: ProcessNetwork
let seed: SeedProcess
let share: SentShare

beforeAll(async () => {
  network = await ProcessNetwork.start()
  share = await SentShare.make('C09', { chunkCount: 2 + RESTARTS })
  const invitation = await network.invite('NZ', 'alpha')
  seed = await network.seed('alpha', { invitation, openRtc: openNativeRtc })
  await storeShare(seed.shares, share)
})
afterAll(() => network[Symbol.asyncDispose]())

it('C09, F12: who is connected to a seed is served while the signal server is gone, and it can be called again once it is back', async () => {
  await using first = await SeedCaller.reach(network.signalUrl, seed.id, share)
  await first.hear('slot')
  for (let restart = 0; restart < RESTARTS; restart += 1) {
    await network.stopSignal()
    first.frames.length = 0
    first.say({ type: 'request', chunks: [restart] })
    expect((await first.hear('chunk')).index).toBe(restart)
    await network.startSignal()
    await using next = await SeedCaller.reach(network.signalUrl, seed.id, share)
    await next.hear('slot')
    next.say({ type: 'request', chunks: [1 + restart] })
    expect((await next.hear('chunk')).index).toBe(1 + restart)
  }
  expect(first.closeReason).toBeUndefined()
})

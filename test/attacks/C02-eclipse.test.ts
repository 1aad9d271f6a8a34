import { afterAll, beforeAll, expect, it } from 'vitest'
import { ShareHost } from '../client/receive/share-host.ts'
import { createBlobShare, viewOf } from '../client/receive/test-share.ts'
import { nativeWebRtc, RtcEnd } from '../client/net/rtc-pair.ts'
import { SwarmMember, SwarmReader } from '../client/swarm/swarm-member.ts'
import { ListeningSignal } from '../signal/listening-signal.ts'
import { corrupt, dripping, hostageTaking, lying, silent, teasing } from './hostile-conducts.ts'
import { HostilePeer } from './hostile-peer.ts'
import { fetchesAll, HostileScene } from './hostile-scene.ts'

const CHUNKS = 32

const share = await createBlobShare('eclipse', CHUNKS)
let signal: ListeningSignal
beforeAll(async () => {
  signal = await ListeningSignal.start()
})
afterAll(() => signal[Symbol.asyncDispose]())

it('C02, F20: where all others are hostile a seed is asked for a tenth more than without them at most', async () => {
  const all = [corrupt, teasing, silent, lying, dripping, hostageTaking]
  await using scene = await HostileScene.open(share, signal.url, all)
  await scene.untilMet()
  expect(await scene.fetches()).toBe(true)
  expect(scene.seed.sentChunks).toBeLessThanOrEqual(1.1 * CHUNKS)
  // Each of them was believed, and asked.
  expect(scene.hostile.every(({ lines }) => (lines[0]?.asked.length ?? 0) > 0)).toBe(true)
})

it('F19: one of five others is hostile: each recipient loses one chunk to it, and gets the rest from the honest', async () => {
  await using seed = await ShareHost.start(0, share, viewOf(share))
  seed.manners.bytesPerMs = 500
  const place = async () => ({ url: signal.url, port: new RtcEnd(await nativeWebRtc()).port })
  await using stack = new AsyncDisposableStack()
  const honest: SwarmMember[] = []
  for (let i = 0; i < 4; i += 1) honest.push(stack.use(SwarmMember.owner(share, await place())))
  const liar = stack.use(await HostilePeer.enter(share, signal.url, corrupt))
  const readers: SwarmReader[] = []
  for (let i = 0; i < 2; i += 1) {
    readers.push(stack.use(new SwarmReader(share, await place(), { seeds: [seed] })))
  }
  await expect.poll(() => liar.lines.length).toBe(readers.length)
  const whole = await Promise.all(readers.map((reader) => fetchesAll(reader, share)))
  expect(whole).toEqual([true, true])
  const asked = liar.lines.filter(({ givenCount }) => givenCount > 0)
  expect(asked.length).toBeGreaterThan(0)
  expect(asked.map(({ givenCount }) => givenCount)).toEqual(asked.map(() => 1))
  await expect.poll(() => asked.some(({ isOpen }) => isOpen)).toBe(false)
  const givenBytes = honest.reduce((sum, { host }) => sum + host.state.givenBytes, 0)
  // Of two copies: hashes alone are given bytes, too.
  expect(givenBytes).toBeGreaterThan(CHUNKS * 262_128)
  // It was asked for half of each at first, for nine seconds: who is quicker does not stand idle meanwhile.
  expect(seed.sentChunks).toBeLessThan(CHUNKS / 2)
})

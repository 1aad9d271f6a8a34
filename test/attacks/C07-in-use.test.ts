import { expect, it } from 'vitest'
import { nativeWebRtc, RtcEnd } from '../client/net/rtc-pair.ts'
import { createBlobShare } from '../client/receive/test-share.ts'
import { SwarmMember, SwarmReader } from '../client/swarm/swarm-member.ts'
import { ListeningSignal } from '../signal/listening-signal.ts'
import { fetchesAll } from './hostile-scene.ts'
import { MeddlingSignal } from './meddling-signal.ts'

it('C07: a signal server that delivers each envelope twice, and all old ones again and again, parts nobody', async () => {
  const share = await createBlobShare('C07 in use', 4)
  await using real = await ListeningSignal.start()
  const old = new Map<number, string[]>()
  let repeatedCount = 0
  await using signal = await MeddlingSignal.start(real.url, (text, to, client) => {
    if (to === 'server') return [text]
    const before = old.get(client) ?? []
    if (text.includes('"relay"')) old.set(client, [...before, text])
    // Of what was just said a copy is among them.
    const again = old.get(client) ?? []
    repeatedCount += again.length
    return [text, ...again]
  })
  const ends: RtcEnd[] = []
  const place = async () => {
    const end = new RtcEnd(await nativeWebRtc())
    ends.push(end)
    return { url: signal.url, port: end.port }
  }
  using owner = SwarmMember.owner(share, await place())
  await using first = new SwarmReader(share, await place())
  await expect.poll(() => first.session.sources.length).toBe(1)
  expect(await fetchesAll(first, share)).toBe(true)
  // When one more comes, the others hear all that the first meeting took once more.
  const repeatedBefore = repeatedCount
  await using second = new SwarmReader(share, await place())
  await expect.poll(() => second.session.sources.length).toBeGreaterThan(0)
  expect(await fetchesAll(second, share)).toBe(true)
  expect(repeatedCount).toBeGreaterThan(repeatedBefore)
  expect(ends.flatMap(({ reasons }) => reasons)).toEqual([])
  expect([owner.metCount, owner.sources.length]).toEqual([2, 2])
})

import { afterEach, beforeAll, expect, it } from 'vitest'
import type { WebRtc } from '../../client/engine/net/rtc.ts'
import { Dialer, type DialEvent } from '../../client/engine/swarm/dialer.ts'
import { PeerPost } from '../../client/engine/swarm/peer-post.ts'
import { RoomClient } from '../../client/engine/swarm/room-client.ts'
import { memberIdOf, type MemberId } from '../../protocol/room/room-names.ts'
import { parseRtcSignal, type RtcSignal } from '../../protocol/room/rtc-signal.ts'
import { closeAll, nativeWebRtc, RtcEnd } from '../client/net/rtc-pair.ts'
import { randomBytes } from '../../client/cli/random-bytes.ts'
import { fixedBytes } from '../protocol/owner.ts'
import { testConnection } from '../signal/rooms/room-visitor.ts'
import { failTest } from '../client/swarm/swarm-member.ts'

const name = testConnection('one')
const [mallory, other] = ['mallory', 'other'].map((of): MemberId => memberIdOf(fixedBytes(of, 16)))

let webRtc: WebRtc
let offer: RtcSignal
let end: RtcEnd
const dialers: Dialer[] = []
beforeAll(async () => {
  webRtc = await nativeWebRtc()
  const caller = new RtcEnd(webRtc)
  caller.connect('one', true)
  offer = parseRtcSignal((await caller.once('signal', ({ text }) => text.includes('"offer"'))).text)
  closeAll(caller)
  end = new RtcEnd(webRtc)
})
afterEach(() => {
  for (const dialer of dialers.splice(0)) dialer[Symbol.dispose]()
})

/** Of one share on this machine: all of them have one way to WebRTC. */
function dialerOf(share: string): { dialer: Dialer; said: DialEvent[] } {
  const said: DialEvent[] = []
  const room = new RoomClient({ url: 'http://127.0.0.1:9', random: () => 0, take: () => undefined })
  const ways = { room, randomBytes }
  const dialer = new Dialer({
    ...ways,
    port: end.port,
    post: new PeerPost({
      ...ways,
      swarmKey: fixedBytes(share),
      take: () => undefined,
      onError: failTest,
    }),
    iceServers: () => [],
    isRelayOnly: () => false,
    take: (event) => void said.push(event),
  })
  dialers.push(dialer)
  return { dialer, said }
}

it('C07: of two callers that chose the same name for their connections only the first is answered', () => {
  const { dialer, said } = dialerOf('a')
  for (const from of [mallory, other]) if (from !== undefined) dialer.hear(from, name, offer)
  for (const { peer } of said.splice(0)) dialer.accept(peer as MemberId)
  expect(said).toEqual([{ type: 'unreachable', peer: other }])
})

it('C07: who is in two shares cannot have the connections of one end up in the other', () => {
  const [a, b] = [dialerOf('a'), dialerOf('b')]
  for (const { dialer } of [a, b]) {
    if (mallory === undefined) continue
    dialer.hear(mallory, name, offer)
    dialer.accept(mallory)
  }
  a.dialer[Symbol.dispose]()
  // The other one is still there, and hears nothing of that.
  expect(b.said).toEqual([{ type: 'offer', peer: mallory }])
})

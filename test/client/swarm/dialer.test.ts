import { afterEach, describe, expect, it } from 'vitest'
import { Dialer, type DialEvent } from '../../../client/engine/swarm/dialer.ts'
import { PeerPost } from '../../../client/engine/swarm/peer-post.ts'
import { RoomClient } from '../../../client/engine/swarm/room-client.ts'
import { connectionIdOf, memberIdOf } from '../../../protocol/room/room-names.ts'
import { sampleSdp } from '../../protocol/room/descriptions.ts'
import { fixedBytes } from '../../protocol/owner.ts'
import { MemoryRtc } from './memory-rtc.ts'
import { failTest } from './swarm-member.ts'

const peer = memberIdOf(fixedBytes('peer', 16))
/** All that it draws is the same. */
const randomBytes = (count: number) => fixedBytes('drawn').slice(0, count)
const connection = connectionIdOf(randomBytes(16))
const dialers: Dialer[] = []
afterEach(() => {
  for (const dialer of dialers.splice(0)) dialer[Symbol.dispose]()
})

/** One that calls `peer`, where no signal server is. */
function calling(): { dialer: Dialer; said: DialEvent[] } {
  const said: DialEvent[] = []
  const room = new RoomClient({ url: 'http://127.0.0.1:9', random: () => 0, take: () => undefined })
  const ways = { room, randomBytes }
  const dialer = new Dialer({
    ...ways,
    port: new MemoryRtc(),
    post: new PeerPost({
      ...ways,
      swarmKey: fixedBytes('swarm key'),
      take: () => undefined,
      onError: failTest,
    }),
    iceServers: () => [],
    isRelayOnly: () => false,
    take: (event) => void said.push(event),
  })
  dialers.push(dialer)
  dialer.connect(peer)
  return { dialer, said }
}

describe('Dialer', () => {
  it('tells a member that is not at the signal server from one that cannot be reached', () => {
    const { dialer, said } = calling()
    dialer.hearGone(connection)
    expect(said).toEqual([{ type: 'gone', peer }])
    expect(dialer.members).toEqual([])
  })

  it.each([false, true])(
    'gives up the calls whose being answered is %s, and no others',
    (areAnswered) => {
      const [silent, answered] = [calling().dialer, calling().dialer]
      answered.hear(peer, connection, { type: 'answer', sdp: sampleSdp() })
      const all = areAnswered ? [answered, silent] : [silent, answered]
      expect(all.map((dialer) => dialer.giveUpCalls(areAnswered))).toEqual([[peer], []])
      expect(all.map(({ members }) => members)).toEqual([[], [peer]])
    },
  )
})

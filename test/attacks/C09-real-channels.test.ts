import { expect, it } from 'vitest'
import { isEqual } from '../../protocol/bytes.ts'
import { Download } from '../../client/engine/receive/download.ts'
import { nativeWebRtc, RtcEnd } from '../client/net/rtc-pair.ts'
import { MemorySink, openShare } from '../client/receive/reader.ts'
import { createBlobShare } from '../client/receive/test-share.ts'
import { SwarmMember, SwarmReader } from '../client/swarm/swarm-member.ts'
import { ListeningSignal } from '../signal/listening-signal.ts'

const CHUNKS = 24
const RESTARTS = 3

it('C09, F12: transfers over open channels go on while the signal server ends and starts, and who comes later meets all', async () => {
  const share = await createBlobShare('C09 real', CHUNKS)
  await using signal = await ListeningSignal.start()
  using owner = SwarmMember.owner(share, {
    url: signal.url,
    port: new RtcEnd(await nativeWebRtc()).port,
  })

  /** @returns Whether all of it came, through as many restarts as told. */
  const fetch = async (restarts: number): Promise<boolean> => {
    const end = new RtcEnd(await nativeWebRtc())
    await using reader = new SwarmReader(share, { url: signal.url, port: end.port })
    const content = await openShare(reader.session, share)
    const sink = new MemorySink(content.layout.chunkCount)
    let left = restarts
    let restarting = Promise.resolve()
    // Chunks are saved several at a time.
    sink.pause = async () => {
      if (left > 0) restarting = restarting.then(() => signal.restart())
      left = Math.max(0, left - 1)
      await restarting
    }
    await new Download({ content, sink }).run(AbortSignal.timeout(60_000))
    // Open ones stay. A call that was on its way may be given up: both call again after a restart, and one yields.
    expect(closedAfterOpen(end)).toEqual([])
    return left === 0 && isEqual(sink.stream, share.stream)
  }

  expect(await fetch(RESTARTS)).toBe(true)
  // The owner has come back by itself: nobody else has the share.
  expect(await fetch(0)).toBe(true)
  expect(owner.host.state.givenBytes).toBeGreaterThan(1.9 * CHUNKS * 262_100)
})

function closedAfterOpen(end: RtcEnd): string[] {
  const opened = new Set(end.said('open').map(({ connection }) => connection))
  return end
    .said('close')
    .flatMap(({ connection, reason }) => (opened.has(connection) ? [reason] : []))
}

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PEER_REQUESTS_MAX, UPLOAD_SLOTS } from '../../protocol/limits.ts'
import { decodeFrame, type Frame } from '../../protocol/wire/frame.ts'
import type { RtcPort } from '../../client/engine/net/rtc-port.ts'
import type { SwarmHostOptions } from '../../client/engine/swarm/swarm-options.ts'
import { createBlobShare } from '../client/receive/test-share.ts'
import { SwarmMember } from '../client/swarm/swarm-member.ts'
import { openNativeRtc } from '../seed/swarm/seed-caller.ts'
import { ListeningSignal } from '../signal/listening-signal.ts'
import { HostilePeer, type Conduct } from './hostile-peer.ts'

const CHUNKS = 24

const share = await createBlobShare('C08', CHUNKS)
let signal: ListeningSignal
beforeAll(async () => {
  signal = await ListeningSignal.start()
})
afterAll(() => signal[Symbol.asyncDispose]())

/** Takes all that it gets, and gives nothing. */
const riding: Conduct = {
  name: 'riding',
  isCaller: true,
  hasNothing: true,
  hear: (line, frame) => {
    const isTurn = frame.type === 'chunk' || (frame.type === 'slot' && frame.isOpen)
    if (frame.type === 'chunk') line.say(haveOf(frame.index))
    const next = line.of('chunk').length
    if (isTurn && next < CHUNKS) line.say({ type: 'request', chunks: [next] })
  },
}

function haveOf(index: number): Frame {
  const bitmap = Uint8Array.of(0x80 >> (index & 7))
  return { type: 'have', first: index & ~7, count: 8, bitmap }
}

const waiting: Conduct = { name: 'waiting', isCaller: true, hasNothing: true }

/** A member that has all, and how many places it gives to others. */
async function openOwner(
  changes: Partial<SwarmHostOptions> = {},
): Promise<{ owner: SwarmMember; slots: () => Readonly<{ open: number; openMax: number }> }> {
  const port = await openNativeRtc()
  const open = new Set<string>()
  let openMax = 0
  const watched: RtcPort = {
    listen: (take) => port.listen(take),
    send: (command) => {
      if (command.type === 'send') {
        const frame = decodeFrame(command.bytes)
        if (frame.type === 'slot' && frame.isOpen) open.add(command.connection)
        else if (frame.type === 'slot') open.delete(command.connection)
      }
      openMax = Math.max(openMax, open.size)
      port.send(command)
    },
  }
  const owner = SwarmMember.owner(share, { url: signal.url, port: watched }, undefined, changes)
  return { owner, slots: () => ({ open: open.size, openMax }) }
}

describe('C08: who only takes', () => {
  it('is served four at a time, however many there are, and all in turn', async () => {
    const { owner, slots } = await openOwner()
    using _ = owner
    await using stack = new AsyncDisposableStack()
    const riders = await Promise.all(
      Array.from({ length: 2 * UPLOAD_SLOTS }, () => HostilePeer.enter(share, signal.url, riding)),
    )
    for (const rider of riders) stack.use(rider)
    const taken = (): number[] => riders.map(({ lines }) => lines[0]?.of('chunk').length ?? 0)
    await expect.poll(() => taken().every((count) => count > 0)).toBe(true)
    expect(slots().openMax).toBe(UPLOAD_SLOTS)
  })

  it('gets no more than the person gives within a day', async () => {
    const dailyBytesMax = 5 * (share.chunks[0]?.length ?? 0)
    const { owner, slots } = await openOwner({ dailyBytesMax })
    using _ = owner
    using rider = await HostilePeer.enter(share, signal.url, riding)
    await expect
      .poll(() => owner.host.state.dayBytes >= dailyBytesMax && slots().open === 0)
      .toBe(true)
    rider.lines[0]?.say({ type: 'request', chunks: [20] })
    await expect.poll(() => rider.lines[0]?.of('reject').length).toBeGreaterThan(0)
    // What it had asked for by then it gets.
    expect(rider.lines[0]?.of('chunk').length).toBeLessThanOrEqual(5 + PEER_REQUESTS_MAX)
  })

  it('gets nothing more once the person switched it off', async () => {
    const { owner, slots } = await openOwner()
    using _ = owner
    using rider = await HostilePeer.enter(share, signal.url, waiting)
    await expect.poll(() => slots().open).toBe(1)
    owner.host.tell({ type: 'serving', isOn: false })
    expect(slots().open).toBe(0)
    rider.lines[0]?.say({ type: 'request', chunks: [1] })
    await expect.poll(() => rider.lines[0]?.of('reject')).toMatchObject([{ reason: 'busy' }])
    expect(owner.host.state.givenBytes).toBe(0)
  })
})

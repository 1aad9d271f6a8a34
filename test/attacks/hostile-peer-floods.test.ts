import { describe, expect, it } from 'vitest'
import { PARTS_ASKED_MAX, PARTS_SERVED, PARTS_SPARED } from '../../protocol/limits.ts'
import type { SwarmEffect, SwarmEvent } from '../../protocol/swarm/swarm-event.ts'
import type { Frame } from '../../protocol/wire/frame.ts'
import { sealedOf, sentIn, SessionBench } from '../protocol/swarm/session-bench.ts'
import { members, SwarmBench } from '../protocol/swarm/swarm-bench.ts'

const indexesRead = (effects: readonly SwarmEffect[]): number[] => {
  return effects.flatMap((effect) => (effect.type === 'serve' ? [effect.index] : []))
}

describe('D04: a flood of requests', () => {
  it('finds nothing while its slot is closed', () => {
    const bench = SessionBench.ready([0, 1])
    const busy = { type: 'reject', what: 'chunks', reason: 'busy', indexes: [0, 1] }
    const closed = { type: 'slot', isOpen: false }
    expect(bench.answers({ type: 'request', chunks: [0, 1] })).toEqual([busy, closed])
  })

  it('has eight owed to it at a time, four of them read, whether a stranger or not; the rest is rejected', () => {
    const bench = new SwarmBench()
    const chunks = Array.from({ length: 12 }, (_, index) => index)
    bench.step({ type: 'held', indexes: chunks })
    bench.meet('flooder')
    const flooded = bench.frames('flooder', { type: 'request', chunks })
    expect(indexesRead(flooded)).toEqual([0, 1, 2, 3])
    expect(sentIn(flooded)).toEqual([
      { type: 'reject', what: 'chunks', reason: 'busy', indexes: [8, 9, 10, 11] },
    ])
    // A place is free once a chunk went out.
    const read = bench.step({ type: 'read', peer: 'flooder', index: 0, sealed: sealedOf(0) })
    expect(indexesRead(read)).toEqual([4])
    expect(sentIn(bench.frames('flooder', { type: 'request', chunks: [8, 9] }))).toEqual([
      { type: 'reject', what: 'chunks', reason: 'busy', indexes: [9] },
    ])
  })

  it('never gets the same chunk more than three times', () => {
    const bench = SessionBench.ready([7])
    bench.step({ type: 'slot', isOpen: true })
    let givenCount = 0
    for (let i = 0; i < 10; i += 1) {
      bench.frames({ type: 'request', chunks: [7] })
      const sent = sentIn(bench.step({ type: 'read', index: 7, sealed: sealedOf(7) }))
      givenCount += sent.filter(({ type }) => type === 'chunk').length
    }
    expect(givenCount).toBe(3)
    expect(bench.answers({ type: 'request', chunks: [7] })).toEqual([
      { type: 'reject', what: 'chunks', reason: 'budget', indexes: [7] },
    ])
  })

  it('does not fill our memory where it does not read: nothing is read for it while its channel is full', () => {
    const bench = SessionBench.ready([0, 1])
    bench.step({ type: 'slot', isOpen: true })
    bench.step({ type: 'sent', unsentBytes: 2 * 1024 * 1024 })
    expect(bench.frames({ type: 'request', chunks: [0, 1] })).toEqual([])
  })

  it('has four of the hashes and slices that it asks for read at a time, and the next once one is answered', () => {
    const bench = SessionBench.ready([0])
    const asks = Array.from({ length: 2 * PARTS_ASKED_MAX }, (_, first) => {
      return { type: 'ask', what: 'extents', first, count: 1 } as const
    })
    const [flood, next] = [asks.slice(0, -1), asks.slice(-1)]
    const flooded = bench.frames(...flood)
    const read = flooded.flatMap((effect) => (effect.type === 'serve-part' ? [effect.ask] : []))
    expect(read).toEqual(flood.slice(0, PARTS_ASKED_MAX))
    const busy = flood.slice(PARTS_ASKED_MAX).map(({ what, first }) => {
      return { type: 'reject', what, reason: 'busy', indexes: [first] }
    })
    expect(sentIn(flooded)).toEqual(busy)
    const frame = { type: 'hashes', what: 'extents', first: 0, hashes: new Uint8Array(32) } as const
    bench.step({ type: 'answer', frame })
    expect(bench.frames(...next, ...next)).toEqual([{ type: 'serve-part', ask: next[0] }])
  })

  it('of a hundred peers finds four slots', () => {
    const bench = new SwarmBench()
    bench.step({ type: 'held', indexes: [1] })
    for (const peer of members(100)) bench.meet(peer)
    bench.run(10)
    const open = members(100).filter((peer) => {
      const slots = bench.sentTo(peer).flatMap((frame) => (frame.type === 'slot' ? [frame] : []))
      return slots.at(-1)?.isOpen === true
    })
    expect(open.length).toBeGreaterThan(0)
    expect(open.length).toBeLessThanOrEqual(4)
  })

  it('for hashes and slices of the index gets as much as the largest share has, and then little', () => {
    const bench = new SwarmBench()
    bench.meet('flooder')
    const atOnce = floodForIndex(bench, 1)
    expect(atOnce).toBeLessThanOrEqual(PARTS_SERVED.burst)
    expect(atOnce).toBeGreaterThan(PARTS_SERVED.burst - 262_128)
    const later = floodForIndex(bench, 600_000)
    expect(later).toBeLessThanOrEqual(600 * PARTS_SERVED.perSecond)
    expect(later).toBeGreaterThan(0)
  })

  it.each<[string, SwarmEvent]>([
    ['the person switched serving off', { type: 'serving', isOn: false }],
    ['the cap of the day is spent', { type: 'daily-bound', bytesMax: 0 }],
  ])('for hashes and slices gets next to nothing while %s, from however many', (_what, event) => {
    const bench = new SwarmBench()
    bench.step(event)
    const takenBytes = members(30).map((peer) => {
      bench.meet(peer)
      return floodForIndex(bench, 20_000, peer)
    })
    const sumBytes = takenBytes.reduce((sum, bytes) => sum + bytes, 0)
    expect(sumBytes).toBeGreaterThan(0)
    expect(sumBytes).toBeLessThanOrEqual(PARTS_SPARED.burst + 600 * PARTS_SPARED.perSecond)
    expect(bench.swarm.dayBytes).toBe(sumBytes)
  })
})

/** Asks for slices as often as it can for so long. @returns How many bytes it got. */
function floodForIndex(bench: SwarmBench, ms: number, peer = 'flooder'): number {
  let givenBytes = 0
  for (const endMs = bench.nowMs + ms; bench.nowMs < endMs; bench.nowMs += 50) {
    for (let i = 0; i < 256; i += 1) {
      const ask: Frame = { type: 'ask', what: 'index', first: i, count: 262_128 }
      if (!bench.frames(peer, ask).some(({ type }) => type === 'serve-part')) break
      const bytes = new Uint8Array(262_128)
      bench.step({ type: 'answer', peer, frame: { type: 'index', first: i, bytes } })
      givenBytes += bytes.length
    }
  }
  return givenBytes
}

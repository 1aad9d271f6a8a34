import { describe, expect, it } from 'vitest'
import { LINKS_MAX, LINKS_PER_MINUTE_MAX } from '../../protocol/limits.ts'
import { CHUNK_WAIT_MS } from '../../protocol/swarm/asked-chunks.ts'
import type { Frame } from '../../protocol/wire/frame.ts'
import {
  closing,
  haveOf,
  helloOf,
  sealedOf,
  SessionBench,
} from '../protocol/swarm/session-bench.ts'
import { members, SwarmBench } from '../protocol/swarm/swarm-bench.ts'

const MISBEHAVED = closing('misbehaved', true)
const chunk = (index: number): Frame => ({ type: 'chunk', index, sealed: sealedOf(index) })
const missing = (index: number): Frame => {
  return { type: 'reject', what: 'chunks', reason: 'missing', indexes: [index] }
}

describe('D01: corrupt chunks', () => {
  it('ban their sender at the first, and it is met no more, neither called nor answered', () => {
    const bench = new SwarmBench()
    bench.enter(['liar'])
    bench.greet('liar', [4, 5])
    for (const index of [4, 5]) bench.step({ type: 'want', peer: 'liar', index })
    bench.frames('liar', chunk(4))
    bench.step({ type: 'verdict', peer: 'liar', index: 4, isGood: false })
    expect(bench.of('leave')).toEqual([
      { type: 'leave', peer: 'liar', reason: 'misbehaved', isBanned: true },
    ])
    // What else it owed is asked of others at once, and what it sends now is not even looked at.
    expect(bench.of('release')).toEqual([
      { type: 'release', peer: 'liar', index: 5, reason: 'gone' },
    ])
    expect(bench.frames('liar', chunk(5))).toEqual([])
    bench.run(3_600_000)
    bench.step({ type: 'members', members: ['liar'] })
    expect(bench.of('connect')).toHaveLength(1)
    expect(bench.step({ type: 'offer', peer: 'liar' })).toEqual([{ type: 'refuse', peer: 'liar' }])
  })
})

describe('D02: false have-maps', () => {
  it('are left at the second chunk that is not there', () => {
    const bench = SessionBench.ready([], [4, 5])
    bench.step({ type: 'want', index: 4 })
    bench.frames(missing(4))
    bench.step({ type: 'want', index: 5 })
    expect(bench.frames(missing(5)).slice(-2)).toEqual(closing('idle', false))
  })

  it('are left at the second time that chunks are waited for in vain', () => {
    const bench = SessionBench.ready([], [1, 2, 3])
    for (const index of [1, 2]) bench.step({ type: 'want', index })
    bench.nowMs = CHUNK_WAIT_MS
    const released = bench.step({ type: 'tick' }).filter(({ type }) => type === 'release')
    expect(released).toHaveLength(2)
    expect(bench.session.isReady).toBe(true)
    bench.step({ type: 'want', index: 3 })
    bench.nowMs += CHUNK_WAIT_MS
    expect(bench.step({ type: 'tick' }).slice(-2)).toEqual(closing('idle', false))
  })

  it('are forgiven one by one where good chunks come', () => {
    const theirs = Array.from({ length: 40 }, (_, index) => index)
    const bench = SessionBench.ready([], theirs)
    bench.step({ type: 'want', index: 39 })
    bench.frames(missing(39))
    for (let index = 0; index < 16; index += 1) bench.step({ type: 'verdict', isGood: true })
    bench.step({ type: 'want', index: 38 })
    bench.frames(missing(38))
    expect(bench.session.isReady).toBe(true)
  })

  it('keep a peer away for a while, and not for good', () => {
    const bench = new SwarmBench()
    bench.enter(['liar'])
    bench.greet('liar', [4, 5])
    for (const index of [4, 5]) {
      bench.step({ type: 'want', peer: 'liar', index })
      bench.frames('liar', missing(index))
    }
    expect(bench.of('leave')).toHaveLength(1)
    bench.step({ type: 'members', members: ['liar'] })
    expect(bench.of('connect')).toHaveLength(1)
    bench.run(120_000)
    bench.step({ type: 'members', members: ['liar'] })
    expect(bench.of('connect')).toHaveLength(2)
  })
})

describe('D05: what nobody asked for', () => {
  const hashes = new Uint8Array(32)
  it.each<[string, Frame]>([
    ['a chunk', chunk(3)],
    ['hashes', { type: 'hashes', what: 'hashes', first: 0, hashes }],
    ['a slice of the index', { type: 'index', first: 0, bytes: hashes }],
  ])('ends it: %s', (_what, frame) => {
    expect(SessionBench.ready([], [3]).frames(frame)).toEqual(MISBEHAVED)
    // Before the hello as well as after it.
    const early = new SessionBench()
    early.step({ type: 'open' })
    expect(early.frames(frame)).toEqual(MISBEHAVED)
  })

  it('ends it: a chunk that was asked for once comes a second time', () => {
    const bench = SessionBench.ready([], [3])
    bench.step({ type: 'want', index: 3 })
    bench.frames(chunk(3))
    expect(bench.frames(chunk(3))).toEqual(MISBEHAVED)
  })

  it.each<[string, Frame]>([
    ['small frames', { type: 'slot', isOpen: false }],
    ['checkpoints', { type: 'checkpoint', bytes: new Uint8Array(196) }],
    ['maps', { type: 'have', first: 0, count: 2 ** 20, bitmap: new Uint8Array(2 ** 17) }],
    ['cancels', { type: 'cancel', chunks: [1] }],
  ])('ends it: %s without end', (_what, frame) => {
    const bench = SessionBench.ready()
    let count = 0
    while (bench.session.isReady && count < 100_000) {
      bench.frames(frame)
      count += 1
      bench.nowMs += 0.1
    }
    expect(bench.session.isReady).toBe(false)
    expect(count).toBeLessThan(20_000)
  })

  it('ends it: more before the hello than can have overtaken it', () => {
    const bench = new SessionBench()
    bench.step({ type: 'open' })
    const slots = Array.from({ length: 16 }, (): Frame => ({ type: 'slot', isOpen: true }))
    expect(bench.frames(...slots)).toEqual([])
    expect(bench.frames({ type: 'slot', isOpen: true })).toEqual(MISBEHAVED)
  })

  it('does not end an honest peer that is busy: four frames a second of each kind', () => {
    const bench = SessionBench.ready([0])
    for (; bench.nowMs < 600_000; bench.nowMs += 250) {
      bench.frames(...haveOf([0]), { type: 'slot', isOpen: true }, { type: 'cancel', chunks: [1] })
      bench.frames({ type: 'request', chunks: [5] }, missing(9))
    }
    expect(bench.session.isReady).toBe(true)
  })
})

describe('D07: connections', () => {
  it('are at most 40 alive, and 30 a minute, whoever makes them', () => {
    const bench = new SwarmBench()
    bench.enter()
    const madeMs: number[] = []
    let aliveMax = 0
    for (let round = 0; round < 400; round += 1) {
      bench.step({ type: 'members', members: members(8, round * 8) })
      for (const peer of members(8, 100_000 + round * 8)) bench.step({ type: 'offer', peer })
      bench.run(500)
      const made = bench.of('connect').length + bench.of('accept').length
      while (madeMs.length < made) madeMs.push(bench.nowMs)
      aliveMax = Math.max(aliveMax, bench.swarm.linkCount)
    }
    expect(aliveMax).toBeLessThanOrEqual(LINKS_MAX)
    expect(madeMs.length).toBeGreaterThan(LINKS_PER_MINUTE_MAX)
    madeMs.forEach((atMs, i) => {
      const earlier = madeMs[i - LINKS_PER_MINUTE_MAX]
      if (earlier !== undefined) expect(atMs - earlier).toBeGreaterThanOrEqual(59_000)
    })
  })

  it('of callers leave room for those whom we call', () => {
    const bench = new SwarmBench()
    bench.enter()
    for (const peer of members(100)) bench.meet(peer)
    expect(bench.of('accept')).toHaveLength(20)
    bench.step({ type: 'members', members: members(8, 500) })
    // They are enough at first, unless they go: then it is we who choose.
    for (const peer of members(10)) bench.step({ type: 'close', peer })
    expect(bench.of('connect').length).toBeGreaterThan(0)
  })

  it('of idle callers that come one by one keep nobody from being called, one a minute', () => {
    const bench = new SwarmBench()
    bench.enter()
    for (const peer of members(60)) {
      bench.meet(peer)
      bench.run(3500)
    }
    expect(bench.swarm.linkCount).toBe(30)
    bench.step({ type: 'members', members: members(8, 500) })
    for (const number of [500, 501, 502, 503]) {
      expect(bench.of('connect').at(-1)).toMatchObject({ peer: `p${number}` })
      bench.greet(`p${number}`)
      bench.run(60_000)
    }
    // So many are enough, and one that goes is made up for.
    expect(bench.of('connect')).toHaveLength(4)
    bench.step({ type: 'close', peer: 'p500' })
    expect(bench.of('connect')).toHaveLength(5)
    expect(bench.swarm.linkCount).toBeLessThanOrEqual(LINKS_MAX)
  })

  it('that never say hello are let go', () => {
    const bench = new SwarmBench()
    bench.enter()
    for (const peer of members(20)) {
      bench.step({ type: 'offer', peer })
      bench.step({ type: 'open', peer })
    }
    bench.run(16_000)
    expect(bench.swarm.linkCount).toBe(0)
    expect(bench.sentTo('p0')).toEqual([helloOf(), { type: 'bye', reason: 'idle' }])
  })
})

import { describe, expect, it } from 'vitest'
import { haveOf } from './session-bench.ts'
import { members, SwarmBench } from './swarm-bench.ts'

describe('Swarm, calling', () => {
  it('calls those whom the room names, and asks for more while it has too few', () => {
    const bench = new SwarmBench()
    const called = bench.enter(members(8))
    expect(called.map(({ type }) => type)).toEqual(members(8).map(() => 'connect'))
    expect(bench.of('find')).toEqual([])
    bench.run(6000)
    expect(bench.of('find')).toHaveLength(1)
    bench.step({ type: 'members', members: members(8, 8) })
    expect(bench.of('connect')).toHaveLength(16)
    bench.step({ type: 'members', members: members(8, 16) })
    expect(bench.of('connect')).toHaveLength(16)
  })

  it('calls nobody more once it is out of the room', () => {
    const bench = new SwarmBench()
    bench.enter(members(40))
    const calledCount = bench.of('connect').length
    bench.step({ type: 'room', self: undefined })
    bench.step({ type: 'unreachable', peer: 'p0' })
    bench.run(600_000)
    expect(bench.of('connect')).toHaveLength(calledCount)
    bench.enter()
    expect(bench.of('connect')).toHaveLength(calledCount)
  })

  it('asks an empty room less and less often', () => {
    const bench = new SwarmBench()
    bench.enter()
    bench.run(600_000)
    expect(bench.of('find').length).toBeGreaterThan(8)
    expect(bench.of('find').length).toBeLessThan(16)
  })

  it('gives a call up that does not get through, and leaves that member alone for a while', () => {
    const bench = new SwarmBench()
    bench.enter(['a'])
    bench.run(25_000)
    expect(bench.of('disconnect')).toEqual([{ type: 'disconnect', peer: 'a' }])
    bench.step({ type: 'members', members: ['a'] })
    expect(bench.of('connect')).toHaveLength(1)
    bench.run(120_000)
    bench.step({ type: 'members', members: ['a'] })
    expect(bench.of('connect')).toHaveLength(2)
  })

  it('calls whom it did not reach at once where the signal server was away, and nobody who was left', () => {
    const bench = new SwarmBench()
    bench.meet('left')
    bench.step({ type: 'end', peer: 'left', reason: 'idle' })
    bench.enter(['a', 'left'])
    bench.run(25_000)
    bench.step({ type: 'room', self: undefined })
    bench.enter(['a', 'left'])
    expect(bench.of('connect').map(({ peer }) => peer)).toEqual(['a', 'a'])
  })

  it('calls whom it left for its own privacy at once, and whom another left for its own after five seconds', () => {
    const bench = new SwarmBench()
    bench.enter()
    bench.meet('a')
    bench.step({ type: 'renew', peer: 'a' })
    expect(bench.sentTo('a').at(-1)).toEqual({ type: 'bye', reason: 'private' })
    expect(bench.of('connect')).toEqual([{ type: 'connect', peer: 'a', isSeed: false }])
    bench.greet('a')
    bench.frames('a', { type: 'bye', reason: 'private' })
    bench.step({ type: 'members', members: ['a'] })
    expect(bench.of('connect')).toHaveLength(1)
    bench.run(5000)
    bench.step({ type: 'members', members: ['a'] })
    expect(bench.of('connect')).toHaveLength(2)
  })

  it('calls whom the signal server did not find again after five seconds: it may be back', () => {
    const bench = new SwarmBench()
    bench.enter(['a'])
    bench.step({ type: 'gone', peer: 'a' })
    bench.run(4999)
    bench.step({ type: 'members', members: ['a'] })
    expect(bench.of('connect')).toHaveLength(1)
    bench.run(1)
    bench.step({ type: 'members', members: ['a'] })
    expect(bench.of('connect')).toHaveLength(2)
  })

  it('keeps who is connected, and calls none of them, when it is in the room again', () => {
    const bench = new SwarmBench()
    bench.enter(members(3))
    for (const peer of members(3)) bench.greet(peer)
    bench.effects.length = 0
    for (let restart = 0; restart < 4; restart += 1) {
      bench.step({ type: 'room', self: undefined })
      bench.enter(members(3))
    }
    expect(bench.effects).toEqual([])
    expect(bench.swarm.peerCount).toBe(3)
  })

  it('makes one connection of two calls that cross', () => {
    const bench = new SwarmBench()
    bench.enter(['a', 'z'])
    // Ours is `m`: the call of the smaller name goes on.
    expect(bench.step({ type: 'offer', peer: 'z' })).toEqual([{ type: 'refuse', peer: 'z' }])
    expect(bench.step({ type: 'offer', peer: 'a' })).toEqual([
      { type: 'disconnect', peer: 'a' },
      { type: 'accept', peer: 'a' },
    ])
    expect(bench.swarm.linkCount).toBe(2)
  })

  it('answers who lost the connection and calls again', () => {
    const bench = new SwarmBench()
    bench.enter()
    bench.meet('a')
    const types = bench.step({ type: 'offer', peer: 'a' }).map(({ type }) => type)
    expect(types).toEqual(['disconnect', 'leave', 'accept'])
    bench.greet('a')
    expect(bench.of('join')).toHaveLength(2)
  })

  it('calls nobody once all is here, and goes on serving who calls', () => {
    const bench = new SwarmBench()
    bench.enter()
    bench.step({ type: 'held', indexes: [0, 1] })
    bench.step({ type: 'complete', chunkCount: 2 })
    bench.step({ type: 'members', members: members(8) })
    bench.run(60_000)
    expect(bench.of('connect')).toEqual([])
    expect(bench.of('find')).toEqual([])
    bench.meet('reader', [0])
    expect(bench.sentTo('reader')).toContainEqual({ type: 'slot', isOpen: true })
  })

  it('calls again once more of it is wanted, after it was complete', () => {
    const bench = new SwarmBench()
    bench.enter()
    bench.step({ type: 'complete', chunkCount: 2 })
    bench.step({ type: 'members', members: ['a'] })
    bench.meet('full', [0, 1])
    expect(bench.of('leave').map(({ peer }) => peer)).toEqual(['full'])
    expect(bench.of('connect')).toEqual([])
    expect(bench.step({ type: 'seek' })).toEqual([{ type: 'connect', peer: 'a', isSeed: false }])
    bench.meet('giver', [0, 1])
    expect(bench.of('leave')).toHaveLength(1)
  })

  it('asks the room soon once more is wanted, however seldom it asked before', () => {
    const bench = new SwarmBench()
    bench.enter()
    bench.run(600_000)
    bench.step({ type: 'complete', chunkCount: 2 })
    const askedCount = bench.of('find').length
    bench.step({ type: 'seek' })
    bench.run(5000)
    expect(bench.of('find')).toHaveLength(askedCount + 1)
  })

  it('tells of a whole share as large as a network takes in few frames, once all is here', () => {
    const bench = new SwarmBench()
    bench.meet('reader')
    const indexes = Array.from({ length: 450_000 }, (_, chunk) => chunk)
    bench.step({ type: 'held', indexes })
    bench.step({ type: 'complete', chunkCount: indexes.length })
    bench.run(2000)
    const told = bench.sentTo('reader').filter(({ type }) => type === 'have')
    expect(told.length).toBeLessThan(4)
    bench.frames('reader', ...haveOf(indexes))
    expect(bench.of('leave').map(({ peer }) => peer)).toEqual(['reader'])
  })

  it('parts from who has all, once all is here', () => {
    const bench = new SwarmBench()
    bench.meet('full', [0, 1])
    bench.meet('reader', [0])
    bench.step({ type: 'held', indexes: [0, 1] })
    bench.step({ type: 'complete', chunkCount: 2 })
    expect(bench.of('leave')).toEqual([
      { type: 'leave', peer: 'full', reason: 'done', isBanned: false },
    ])
    bench.frames('reader', ...haveOf([0, 1]))
    expect(bench.of('leave').map(({ peer }) => peer)).toEqual(['full', 'reader'])
  })

  it('calls whom its own thread had no room for as soon as that may be, and counts that as no call', () => {
    const bench = new SwarmBench()
    bench.enter(['a'])
    for (let tries = 1; tries <= 40; tries += 1) {
      expect(bench.of('connect')).toHaveLength(tries)
      bench.step({ type: 'full', peer: 'a' })
      expect(bench.swarm.linkCount).toBe(0)
      expect(bench.of('connect')).toHaveLength(tries)
      bench.run(5000)
    }
    expect(bench.of('disconnect')).toEqual([])
    bench.greet('a')
    // It is there: this comes too late.
    bench.step({ type: 'full', peer: 'a' })
    expect(bench.swarm.peerCount).toBe(1)
  })

  it('says that there are too many connections, and not that the seed is to blame, where there is no room for it', () => {
    const bench = new SwarmBench()
    const refusal = { type: 'no-call', peer: 'seed', reason: 'full' }
    const call = () => bench.step({ type: 'call-seed', peer: 'seed' })
    expect(call()).toEqual([{ type: 'connect', peer: 'seed', isSeed: true }])
    expect(bench.step({ type: 'full', peer: 'seed' })).toEqual([refusal])
    expect(call()).toEqual([refusal])
    bench.run(5000)
    expect(call()).toEqual([{ type: 'connect', peer: 'seed', isSeed: true }])
  })

  it('calls a seed, and is shown its chunks', () => {
    const bench = new SwarmBench()
    const readToken = new Uint8Array(32).fill(1)
    bench.step({ type: 'genesis', genesis: new Uint8Array(180), readToken })
    bench.step({ type: 'call-seed', peer: 'seed' })
    expect(bench.of('connect')).toEqual([{ type: 'connect', peer: 'seed', isSeed: true }])
    bench.greet('seed', [1])
    expect(bench.sentTo('seed')[0]).toMatchObject({ type: 'hello', readToken })
    expect(bench.of('join')[0]).toMatchObject({ peer: 'seed', traits: { runsMax: 8 } })
    bench.meet('peer')
    expect(bench.sentTo('peer')[0]).toMatchObject({ type: 'hello', readToken: undefined })
  })

  it('counts a seed that was called for none of the people who are there', () => {
    const bench = new SwarmBench()
    bench.step({ type: 'call-seed', peer: 'seed' })
    bench.greet('seed', [1])
    expect(bench.swarm.peerCount).toBe(0)
    bench.meet('peer')
    expect(bench.swarm.peerCount).toBe(1)
  })
})

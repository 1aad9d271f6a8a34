import { describe, expect, it } from 'vitest'
import { SwarmBench } from './swarm-bench.ts'

const MINUTE_MS = 60_000

/** A sender: it has all from the start, calls nobody, and is met by those only whose calls it answers. */
function senderBench(): SwarmBench {
  const bench = new SwarmBench()
  bench.enter()
  bench.step({ type: 'complete', chunkCount: 100 })
  return bench
}

/** @returns Whether its call was answered. */
function isAnswered(bench: SwarmBench, peer: string): boolean {
  return bench.step({ type: 'offer', peer }).some(({ type }) => type === 'accept')
}

describe('Swarm, called', () => {
  it('D07: by one member every second of an hour answers whoever else calls', () => {
    const bench = senderBench()
    const turnedAway: string[] = []
    let loudCount = 0
    for (let second = 0; second < 3600; second += 1) {
      bench.run(1000)
      if (isAnswered(bench, 'loud')) loudCount += 1
      if (second % 7 !== 0) continue
      const peer = `honest ${second}`
      if (!isAnswered(bench, peer)) turnedAway.push(peer)
      bench.step({ type: 'unreachable', peer })
    }
    expect(turnedAway).toEqual([])
    expect(loudCount).toBe(3 * 60)
  })

  it('answers who lost its connection three times within a minute, and again once that is over', () => {
    const bench = senderBench()
    expect([1, 2, 3, 4].map(() => isAnswered(bench, 'a'))).toEqual([true, true, true, false])
    bench.run(MINUTE_MS)
    expect(isAnswered(bench, 'a')).toBe(true)
  })
})

/** Calls one that does not answer, and is told of it each time that it asks the room. @returns When it called, s. */
function callsOf(bench: SwarmBench, peer: string, seconds: number): number[] {
  const calledS: number[] = []
  bench.enter([peer])
  for (let second = 0; second < seconds; second += 1) {
    const [before, asked] = [bench.of('connect').length, bench.of('find').length]
    bench.run(1000)
    if (bench.of('find').length > asked) bench.step({ type: 'members', members: [peer] })
    if (bench.of('connect').length > before) calledS.push(second)
  }
  return calledS
}

describe('Swarm, whose call is not answered', () => {
  it('calls again within a minute: the other end may have turned it away because too many called', () => {
    expect(callsOf(new SwarmBench(), 'sender', MINUTE_MS / 1000)).toHaveLength(1)
  })

  it('calls more and more seldom one that never answers', () => {
    const calls = callsOf(new SwarmBench(), 'silent', 3600)
    const pauses = calls.map((at, call) => at - (calls[call - 1] ?? 0))
    expect(calls.length).toBeLessThan(30)
    expect(Math.min(...pauses.slice(-10))).toBeGreaterThanOrEqual(140)
  })
})

import { describe, expect, it } from 'vitest'
import { ChunkSet } from '../../../protocol/swarm/chunk-set.ts'
import type { FetchEffect, FetchEvent } from '../../../protocol/swarm/fetch-event.ts'
import { FetchPlanner } from '../../../protocol/swarm/fetch-planner.ts'

const SEED = { runChunksMax: 64, runsMax: 4 }
const PEER = { runChunksMax: 1, runsMax: 8, hasSlots: true, isPeer: true }
const WINDOW = 8

/** It draws the last of whatever it draws from. */
const random = (): number => 0.99

/** A download, the rarest first. */
function plannerOf(chunkCount: number, ...events: readonly FetchEvent[]): FetchPlanner {
  const wanted = ChunkSet.full(chunkCount)
  const planner = new FetchPlanner({
    chunkCount,
    wanted,
    windowChunks: WINDOW,
    order: 'rare',
    random,
  })
  for (const event of events) planner.step(event, 0)
  planner.step({ type: 'published', chunkCount }, 0)
  return planner
}

function requestsOf(effects: readonly FetchEffect[]): Extract<FetchEffect, { type: 'request' }>[] {
  return effects.filter((effect) => effect.type === 'request')
}

function firstsOf(effects: readonly FetchEffect[]): number[] {
  return effects.flatMap((effect) => (effect.type === 'request' ? [effect.first] : []))
}

const joins = (source: string, traits: typeof SEED): FetchEvent => ({
  type: 'join',
  source,
  traits,
})
const opens = (source: string): FetchEvent => ({ type: 'slot', source, isOpen: true })

describe('FetchPlanner, the rarest first', () => {
  it('begins a share larger than its window at the front while no peer is there, and anywhere in it then', () => {
    const alone = plannerOf(4 * WINDOW)
    expect(firstsOf(alone.step(joins('seed', SEED), 0))).toEqual([0])
    const among = plannerOf(4 * WINDOW, joins('peer', PEER))
    expect(firstsOf(among.step(joins('seed', SEED), 0))[0]).toBe(WINDOW - 1)
  })

  it('begins a share that fits its window anywhere: who come at once have not met yet', () => {
    const alone = plannerOf(WINDOW)
    expect(firstsOf(alone.step(joins('seed', SEED), 0))[0]).toBe(WINDOW - 1)
  })

  it('goes back to the front once the only peer is banned', () => {
    const planner = plannerOf(4 * WINDOW, joins('liar', PEER))
    expect(planner.step(opens('liar'), 0)).toMatchObject([{ run: 1 }, { run: 2 }])
    planner.step({ type: 'corrupt', run: 1, index: WINDOW - 1 }, 10)
    expect(firstsOf(planner.step(joins('seed', SEED), 20))).toEqual([0])
  })

  it('D01: asks a stranger for one chunk until it was right, while a seed could bring the others as well', () => {
    const planner = plannerOf(WINDOW, joins('seed', SEED))
    planner.step(joins('stranger', PEER), 0)
    expect(firstsOf(planner.step(opens('stranger'), 0))).toHaveLength(1)
    // Once the seed has no room, a crowd is not held up by that.
    const refused = planner.step({ type: 'fail', run: 1, fault: 'TOO_MANY_REQUESTS' }, 10)
    expect(refused).toMatchObject([{ type: 'request', source: 'stranger', count: 1 }])
  })

  it('asks a peer that has no room though its slot is open no more often than a seed: one of its words was late', () => {
    const planner = plannerOf(WINDOW, joins('peer', PEER))
    let asked = requestsOf(planner.step(opens('peer'), 0))
    let count = 0
    for (let nowMs = 2; nowMs <= 10_000; nowMs += 2) {
      count += asked.length
      const refused = asked.flatMap(({ run }) => {
        return planner.step({ type: 'fail', run, fault: 'TOO_MANY_REQUESTS' }, nowMs)
      })
      const isDue = nowMs >= (planner.deadlineMs ?? Infinity)
      asked = requestsOf([...refused, ...(isDue ? planner.step({ type: 'tick' }, nowMs) : [])])
    }
    expect(count).toBeGreaterThan(2)
    expect(count).toBeLessThan(10)
  })

  it('takes no store on this machine for a seed that could bring the others', () => {
    const planner = plannerOf(WINDOW, joins('stranger', PEER))
    const local = { ...SEED, isLocal: true }
    planner.step(joins('store', local), 0)
    planner.step({ type: 'held', source: 'store', held: new ChunkSet(WINDOW) }, 0)
    expect(firstsOf(planner.step(opens('stranger'), 0))).toHaveLength(2)
  })

  it('F20: asks another peer for what one was asked for that has fallen silent, though no seed is there', () => {
    const planner = plannerOf(3, joins('silent', PEER), joins('quick', PEER))
    const lost = requestsOf(planner.step(opens('silent'), 0)).map(({ first }) => first)
    let asked = requestsOf(planner.step(opens('quick'), 0))
    const rescued: number[] = []
    for (let nowMs = 100; nowMs <= 20_000; nowMs += 100) {
      const effects = asked.flatMap(({ run, source, first }) => {
        expect(source).toBe('quick')
        if (lost.includes(first)) rescued.push(first)
        return planner.step({ type: 'chunk', run, index: first }, nowMs)
      })
      asked = requestsOf([...effects, ...planner.step({ type: 'tick' }, nowMs)])
    }
    expect(lost).toHaveLength(2)
    expect(new Set(rescued)).toEqual(new Set(lost))
    expect(rescued).toHaveLength(2)
  })
})

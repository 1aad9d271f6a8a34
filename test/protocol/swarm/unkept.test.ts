import { expect, it } from 'vitest'
import { members, SwarmBench } from './swarm-bench.ts'

const sealed = new Uint8Array(9)

it('tells who gave a chunk that it came though it is not kept', () => {
  const bench = new SwarmBench()
  bench.enter()
  bench.meet('giver', [0, 1])
  bench.meet('other', [0, 1])
  bench.step({ type: 'want', peer: 'giver', index: 1 })
  bench.frames('giver', { type: 'chunk', index: 1, sealed })
  bench.step({ type: 'verdict', peer: 'giver', index: 1, isGood: true })
  bench.step({ type: 'unkept', indexes: [1] })
  expect(bench.sentTo('giver').at(-1)).toEqual({ type: 'cancel', chunks: [1] })
  expect(bench.sentTo('other').filter(({ type }) => type === 'cancel')).toEqual([])
})

it('holds no place for who says that a chunk came, kept or not', () => {
  const serving = new SwarmBench()
  serving.enter()
  serving.step({ type: 'held', indexes: [0] })
  const readers = members(5)
  for (const peer of readers) serving.meet(peer)
  for (const peer of readers.slice(0, 4)) {
    serving.frames(peer, { type: 'request', chunks: [0] })
    serving.step({ type: 'read', peer, index: 0, sealed })
  }
  const openTo = (peer: string): boolean | undefined =>
    serving.sentTo(peer).findLast((frame) => frame.type === 'slot')?.isOpen
  serving.run(900)
  expect(openTo('p4')).not.toBe(true)
  serving.frames('p0', { type: 'cancel', chunks: [0] })
  serving.run(1200)
  expect(openTo('p4')).toBe(true)
})

it('takes back nothing that was asked for again by then', () => {
  const bench = new SwarmBench()
  bench.enter()
  bench.meet('giver', [1])
  for (let times = 0; times < 2; times += 1) {
    bench.step({ type: 'want', peer: 'giver', index: 1 })
    if (times === 0) bench.frames('giver', { type: 'chunk', index: 1, sealed })
  }
  bench.step({ type: 'unkept', indexes: [1] })
  expect(bench.sentTo('giver').at(-1)).toEqual({ type: 'request', chunks: [1] })
})

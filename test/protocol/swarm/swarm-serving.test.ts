import { describe, expect, it } from 'vitest'
import { haveOf, sealedOf } from './session-bench.ts'
import { members, SwarmBench } from './swarm-bench.ts'

describe('Swarm, telling and serving', () => {
  it('thanks who gave a chunk at once, so that its place comes free there', () => {
    const bench = new SwarmBench()
    bench.meet('giver', [4])
    bench.meet('other')
    bench.step({ type: 'held', indexes: [1] })
    bench.run(10)
    bench.step({ type: 'want', peer: 'giver', index: 4 })
    bench.frames('giver', { type: 'chunk', index: 4, sealed: sealedOf(4) })
    bench.step({ type: 'held', indexes: [4] })
    const tells = (peer: string): number =>
      bench.sentTo(peer).filter(({ type }) => type === 'have').length
    expect(tells('giver')).toBe(tells('other') + 1)
  })

  it('tells what came together, every two seconds at most but for whose turn it is', () => {
    const bench = new SwarmBench()
    bench.meet('a')
    for (let index = 0; index < 100; index += 1) {
      bench.step({ type: 'held', indexes: [index] })
      bench.run(10)
    }
    bench.run(500)
    const told = bench.sentTo('a').filter(({ type }) => type === 'have')
    // When its turn begins, once more while it asks for nothing, and with the others.
    expect(told.length).toBeLessThanOrEqual(3)
  })

  it('tells whoever may ask at once, so that a turn is not lost on old news', () => {
    const bench = new SwarmBench()
    bench.meet('a')
    bench.step({ type: 'held', indexes: [1] })
    bench.run(100)
    bench.effects.length = 0
    bench.step({ type: 'held', indexes: [2] })
    expect(bench.sentTo('a')).toMatchObject([{ type: 'have' }])
    bench.effects.length = 0
    bench.step({ type: 'held', indexes: [3] })
    expect(bench.sentTo('a')).toEqual([])
    // It serves us now: it should not think that we lack what we have.
    bench.frames('a', { type: 'slot', isOpen: false }, { type: 'slot', isOpen: true })
    expect(bench.sentTo('a')).toMatchObject([{ type: 'have' }])
  })

  it('serves those who lack what is here, and nobody else', () => {
    const bench = new SwarmBench()
    bench.meet('has it', [7])
    bench.meet('lacks it')
    bench.step({ type: 'held', indexes: [7] })
    const open = { type: 'slot', isOpen: true }
    expect(bench.sentTo('lacks it')).toContainEqual(open)
    expect(bench.sentTo('has it')).not.toContainEqual(open)
    expect(bench.frames('lacks it', { type: 'request', chunks: [7] })).toEqual([
      { type: 'serve', index: 7, peer: 'lacks it' },
    ])
    bench.step({ type: 'read', peer: 'lacks it', index: 7, sealed: sealedOf(7) })
    expect(bench.sentTo('lacks it').at(-1)?.type).toBe('chunk')
    expect(bench.swarm.dayBytes).toBe(sealedOf(7).length)
    bench.frames('lacks it', ...haveOf([7]))
    expect(bench.sentTo('lacks it').at(-1)).toEqual({ type: 'slot', isOpen: false })
  })

  it('closes the slot of who has all that is left here', () => {
    const bench = new SwarmBench()
    bench.step({ type: 'held', indexes: [1, 2] })
    bench.meet('a', [1])
    bench.step({ type: 'dropped', indexes: [2] })
    expect(bench.sentTo('a').at(-1)).toEqual({ type: 'slot', isOpen: false })
  })

  it('passes a checkpoint on to all who do not have it', () => {
    const bench = new SwarmBench()
    bench.meet('a')
    bench.step({ type: 'checkpoint', seq: 3, bytes: new Uint8Array(196) })
    bench.meet('b')
    for (const peer of ['a', 'b']) {
      const sent = bench.sentTo(peer).filter(({ type }) => type === 'checkpoint')
      expect(sent).toHaveLength(1)
    }
  })

  it('says goodbye to all when it stops', () => {
    const bench = new SwarmBench()
    bench.meet('a')
    bench.step({ type: 'stop', reason: 'stopping' })
    expect(bench.sentTo('a').at(-1)).toEqual({ type: 'bye', reason: 'stopping' })
    expect(bench.swarm.linkCount).toBe(0)
  })

  it('calls nobody in the place of those whom it leaves when it stops', () => {
    const bench = new SwarmBench()
    for (const peer of members(16)) bench.meet(peer)
    bench.enter(members(40))
    const calledCount = bench.of('connect').length
    bench.step({ type: 'stop', reason: 'stopping' })
    expect(bench.of('leave')).toHaveLength(16)
    expect(bench.of('connect')).toHaveLength(calledCount)
  })
})

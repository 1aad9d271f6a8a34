import { describe, expect, it } from 'vitest'
import { UploadSlots } from '../../../protocol/swarm/upload-slots.ts'
import { createRandom } from '../../random.ts'
import { BYTES, names, SlotsBench } from './slots-bench.ts'

describe('UploadSlots', () => {
  it('serves four at a time, and leaves them where nobody else waits', () => {
    const bench = new SlotsBench(names(4))
    expect(bench.open.size).toBe(4)
    bench.run(60_000)
    expect(bench.open.size).toBe(4)
    bench.join('another')
    expect(bench.open.size).toBe(4)
  })

  it.each([5, 9, 40])('goes round fairly among %i', (count) => {
    const bench = new SlotsBench(names(count))
    bench.run(600_000)
    const given = names(count).map((name) => bench.given.get(name) ?? 0)
    expect(Math.min(...given)).toBeGreaterThan(0.85 * Math.max(...given))
  })

  it('gives the optimistic slot to whoever has least', () => {
    const bench = new SlotsBench([])
    for (const name of names(20)) bench.join(name, 10)
    bench.run(60_000)
    bench.join('newcomer', 0)
    bench.run(4000)
    expect(bench.given.get('newcomer')).toBeGreaterThan(0)
    // And to nobody else before it: but for that slot all is the same for all.
    bench.run(596_000)
    const given = names(20).map((name) => bench.given.get(name) ?? 0)
    expect(Math.min(...given)).toBeGreaterThan(0.8 * Math.max(...given))
  })

  it('gives the optimistic slot to whoever got least for the time that it is here', () => {
    const bench = new SlotsBench([])
    bench.join('early', 30)
    bench.idle.add('early')
    bench.run(120_000)
    bench.idle.delete('early')
    for (const name of names(20)) bench.join(name, 20)
    bench.run(20_000)
    // It has more than each of them, which they did not wait two minutes for.
    const given = names(20).map((name) => bench.given.get(name) ?? 0)
    expect(bench.given.get('early') ?? 0).toBeGreaterThan(2 * Math.max(...given))
  })

  it('serves whoever has next to nothing before all others, a few chunks and no more', () => {
    const bench = new SlotsBench([])
    for (const name of names(20)) bench.join(name, 10)
    bench.run(30_000)
    for (const name of ['new 1', 'new 2', 'new 3', 'new 4']) bench.join(name, 0)
    // Two turns of five chunks: sixteen others were there before.
    bench.run(3400)
    for (const name of ['new 1', 'new 2', 'new 3', 'new 4']) {
      expect(bench.given.get(name)).toBeGreaterThan(0)
    }
    // What it says it has does not grow: what it was given counts.
    bench.run(60_000)
    expect(bench.given.get('new 1')).toBeLessThan(2.5 * (bench.given.get('peer 0') ?? 0))
  })

  it('takes a turn that is not used from its peer, once others wait', () => {
    const bench = new SlotsBench(names(8))
    for (const name of names(7)) bench.idle.add(name)
    bench.run(20_000)
    // Half of the time is its own, though seven others have a turn each in between.
    expect(bench.given.get('peer 7')).toBeGreaterThan(40)
  })

  it('C08: waits once for those who never say that their chunks came, and then no longer than for the idle', () => {
    const bench = new SlotsBench(names(8))
    for (const name of names(7)) bench.silent.add(name)
    bench.run(60_000)
    bench.given.clear()
    bench.run(60_000)
    // 5 chunks a turn, and at most one turn of each other at four places in between.
    expect(bench.given.get('peer 7')).toBeGreaterThan(100)
  })

  it.each([
    [5, 0.8],
    [20, 0.6],
  ])(
    'leaves the places to those who fetch: %i look at the share and ask for nothing',
    (lookerCount, share) => {
      const lookers = names(lookerCount).map((name) => `looking ${name}`)
      const bench = new SlotsBench(lookers)
      for (const peer of lookers) bench.idle.add(peer)
      bench.run(5000)
      bench.join('fetching')
      bench.run(60_000)
      expect(bench.given.get('fetching')).toBeGreaterThan(share * (60_000 / 200))
      // One of them begins to fetch while three others do, and is not the last for having looked first.
      for (const peer of names(3)) bench.join(peer)
      bench.idle.delete('looking peer 0')
      bench.run(32_000)
      expect(bench.given.get('looking peer 0')).toBeGreaterThan(5)
    },
  )

  it('lets a newcomer wait no longer for those who rested, began to fetch, and vanished', () => {
    const lookers = names(8)
    const bench = new SlotsBench(lookers)
    for (const peer of lookers) bench.idle.add(peer)
    // Each let its turn pass often enough to rest half a minute.
    bench.run(125_000)
    for (const peer of lookers.slice(4)) bench.leave(peer)
    bench.run(200)
    for (const peer of bench.open) {
      bench.step({ type: 'pending', peer, count: 5 })
      for (let i = 0; i < 5; i += 1) bench.step({ type: 'given', peer, bytes: BYTES })
    }
    bench.join('newcomer')
    bench.run(11_000)
    expect(bench.open.has('newcomer')).toBe(true)
  })

  it('C08: gives no more to who never says that it has anything, though it seems to have least', () => {
    const silent = ['silent 1', 'silent 2', 'silent 3', 'silent 4']
    const honest = names(8)
    const bench = new SlotsBench([...silent, ...honest])
    bench.isTelling = true
    for (const peer of silent) bench.silent.add(peer)
    bench.run(120_000)
    const countOf = (peer: string): number => bench.given.get(peer) ?? 0
    const most = Math.max(...silent.map(countOf))
    for (const peer of honest) expect(countOf(peer)).toBeGreaterThan(most / 2)
  })

  it('waits for chunks that do not arrive as long as others take, and tries one more first: its line may stall', () => {
    const gone = ['gone 1', 'gone 2', 'gone 3', 'gone 4']
    const bench = new SlotsBench(gone)
    bench.run(4000)
    // They fall off the line with a chunk on its way, and nobody says so.
    for (const peer of gone) bench.silent.add(peer)
    bench.run(200)
    for (const peer of gone) bench.idle.add(peer)
    const coming = names(6)
    for (const peer of coming) bench.join(peer)
    for (const peer of coming) bench.idle.add(peer)
    bench.run(2000)
    expect(coming.filter((peer) => bench.open.has(peer))).toHaveLength(1)
    for (const peer of coming) bench.idle.delete(peer)
    bench.run(400)
    expect(coming.filter((peer) => bench.open.has(peer))).toHaveLength(4)
  })

  it('counts what is on its way to a peer against the places: a slow line gets no more than it can carry', () => {
    const slots = new UploadSlots({ slotCount: 4, dailyBytesMax: undefined })
    let openCount = 0
    for (const peer of names(40)) {
      slots.step({ type: 'join', peer, theirs: { size: 0 } }, 0)
      for (const { isOpen } of slots.step({ type: 'interest', peer, isInterested: true }, 0)) {
        openCount += isOpen ? 1 : 0
      }
    }
    expect(openCount).toBe(4)
    // All were given two chunks that do not arrive; their turns end, their places do not come free.
    for (const peer of names(4)) slots.step({ type: 'pending', peer, count: 2 }, 10)
    for (let nowMs = 100; nowMs < 9900; nowMs += 100) {
      for (const { isOpen } of slots.step({ type: 'tick' }, nowMs)) openCount += isOpen ? 1 : 0
    }
    expect(openCount).toBe(4)
    expect(slots.step({ type: 'tick' }, 20_100).filter(({ isOpen }) => isOpen)).toHaveLength(4)
  })

  it.each([
    [200, 4],
    [4000, 2],
    [12_000, 1],
  ])(
    'serves as many as get a chunk in good time: one takes %i ms, %i at once',
    (chunkMs, count) => {
      const slots = new UploadSlots({ slotCount: 4, dailyBytesMax: undefined })
      const open = new Set<string>()
      let nowMs = 0
      const step = (event: Parameters<UploadSlots['step']>[0]): void => {
        for (const { peer, isOpen } of slots.step(event, nowMs)) {
          if (isOpen) open.add(peer)
          else open.delete(peer)
        }
      }
      for (const peer of names(8)) {
        step({ type: 'join', peer, theirs: { size: 0 } })
        step({ type: 'interest', peer, isInterested: true })
      }
      for (let round = 0; round < 20; round += 1) {
        const served = [...open]
        for (const peer of served) {
          step({ type: 'given', peer, bytes: BYTES })
          step({ type: 'pending', peer, count: 1 })
        }
        // The line is shared by those who are served.
        nowMs += (chunkMs * served.length) / 2
        for (const peer of served) step({ type: 'pending', peer, count: 0 })
      }
      expect(open.size).toBe(count)
    },
  )

  it('C08: stops at the daily cap, and goes on a day later', () => {
    const bench = new SlotsBench(names(2), 10 * BYTES)
    bench.run(60_000)
    expect(bench.open.size).toBe(0)
    expect(bench.dayBytes).toBeGreaterThanOrEqual(10 * BYTES)
    // One chunk each may have been on its way.
    expect(bench.dayBytes).toBeLessThanOrEqual(12 * BYTES)
    bench.run(86_400_000)
    expect(bench.dayBytes).toBeGreaterThan(0)
    expect(bench.given.get('peer 0')).toBeGreaterThan(8)
  })

  it('C08: the switch closes all slots at once, and opens them again', () => {
    const bench = new SlotsBench(names(9))
    bench.step({ type: 'switch', isOn: false })
    expect(bench.open.size).toBe(0)
    bench.run(1000)
    expect(bench.given.size).toBe(0)
    bench.step({ type: 'switch', isOn: true })
    expect(bench.open.size).toBe(4)
  })
})

it.each([1, 2, 3, 4, 5])('never has more than four open, whatever happens, seed %i', (seed) => {
  const random = createRandom(seed)
  const bench = new SlotsBench(names(12))
  const isIn = new Set(names(12))
  for (let i = 0; i < 2000; i += 1) {
    const peer = `peer ${Math.floor(random() * 12)}`
    if (!isIn.has(peer)) {
      isIn.add(peer)
      bench.step({ type: 'join', peer, theirs: { size: Math.floor(random() * 9) } })
    } else if (random() < 0.2) {
      isIn.delete(peer)
      bench.open.delete(peer)
      bench.step({ type: 'leave', peer })
    } else bench.step({ type: 'interest', peer, isInterested: random() < 0.6 })
    bench.run(200)
    expect(bench.open.size).toBeLessThanOrEqual(4)
  }
  // None is lost: whoever waits gets its turn.
  for (const peer of names(12)) {
    if (!isIn.has(peer)) bench.step({ type: 'join', peer, theirs: { size: 0 } })
    bench.step({ type: 'interest', peer, isInterested: true })
  }
  bench.given.clear()
  bench.run(120_000)
  expect(bench.given.size).toBe(12)
})

import { expect, it } from 'vitest'
import { DueQueue } from '../../../protocol/custody/due-queue.ts'
import { createRandom } from '../../random.ts'

it('gives out what is due, the earliest first, and nothing before its time', () => {
  const queue = new DueQueue<string>()
  queue.set('b', 20)
  queue.set('a', 10)
  expect(queue.nextMs).toBe(10)
  expect(queue.take(9)).toBe(undefined)
  expect(queue.take(10)).toBe('a')
  expect(queue.take(10)).toBe(undefined)
  expect(queue.take(20)).toBe('b')
})

it('knows the last time that was set, and forgets what is deleted', () => {
  const queue = new DueQueue<string>()
  queue.set('a', 10)
  queue.set('a', 30)
  queue.set('b', 20)
  queue.delete('b')
  expect(queue.nextMs).toBe(30)
  expect(queue.take(29)).toBe(undefined)
  expect([queue.take(30), queue.size]).toEqual(['a', 0])
})

// Against the plainest thing that could work.
it.each([1, 2, 3])('says the same as a sorted list, seed %i', (seed) => {
  const random = createRandom(seed)
  const queue = new DueQueue<number>()
  const plain = new Map<number, number>()
  for (let i = 0; i < 3000; i += 1) {
    const [key, lot] = [Math.floor(random() * 50), random()]
    const dueMs = Math.floor(random() * 1000)
    if (lot < 0.6) {
      queue.set(key, dueMs)
      plain.set(key, dueMs)
    } else if (lot < 0.7) {
      queue.delete(key)
      plain.delete(key)
    } else {
      const first = Math.min(...plain.values())
      const taken = queue.take(dueMs)
      expect(taken === undefined ? first > dueMs : plain.get(taken) === first).toBe(true)
      if (taken !== undefined) plain.delete(taken)
    }
    expect(queue.size).toBe(plain.size)
    expect(queue.nextMs ?? Infinity).toBe(Math.min(...plain.values()))
  }
})

import { expect, it } from 'vitest'
import { EventFeed } from '../../client/engine/event-feed.ts'

type Event = Readonly<{ type: 'progress' | 'stored'; at: number }>

it('gives every event in order, and of progress only the newest', async () => {
  const feed = new EventFeed<Event>()
  const types = ['progress', 'progress', 'stored', 'progress'] as const
  for (const [i, type] of types.entries()) feed.push({ type, at: i + 1 })
  feed.end()
  feed.push({ type: 'progress', at: 5 })
  const read: number[] = []
  for await (const { at } of feed) read.push(at)
  expect(read).toEqual([2, 3, 4])
})

it('waits for what comes later', async () => {
  const feed = new EventFeed<Event>()
  const reader = feed[Symbol.asyncIterator]()
  const first = reader.next()
  feed.push({ type: 'progress', at: 1 })
  expect((await first).value).toEqual({ type: 'progress', at: 1 })
  const last = reader.next()
  feed.end()
  expect((await last).done).toBe(true)
})

it('can be left and read again', async () => {
  const feed = new EventFeed<Event>()
  for (const at of [1, 2]) feed.push({ type: 'stored', at })
  for await (const { at } of feed) {
    expect(at).toBe(1)
    break
  }
  for await (const { at } of feed) {
    expect(at).toBe(2)
    break
  }
})

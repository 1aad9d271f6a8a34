import { expect, it } from 'vitest'
import { Turns } from '../../client/engine/turns.ts'

it('of tasks no more run at a time than told, whenever another comes', async () => {
  const turns = new Turns(1)
  const first = Promise.withResolvers<void>()
  let now = 0
  let nowMax = 0
  const task = async (): Promise<void> => {
    now += 1
    nowMax = Math.max(nowMax, now)
    await first.promise
    now -= 1
  }
  const all = [turns.run(task), turns.run(task)]
  first.resolve()
  // Between the end of one and the start of the next there are a few of these steps.
  for (let step = 0; step < 10; step += 1) {
    await Promise.resolve()
    all.push(turns.run(task))
  }
  await Promise.all(all)
  expect([all.length, nowMax]).toEqual([12, 1])
})

import { expect, it } from 'vitest'
import { prefetch } from '../../../seed/share/prefetch.ts'

it('gives every value in order, and makes so many ahead', async () => {
  const made: number[] = []
  const seen: number[] = []
  for await (const value of prefetch(count(5, made), 2, () => undefined)) {
    seen.push(value)
    if (value === 0) await expect.poll(() => made).toEqual([0, 1, 2])
  }
  expect(seen).toEqual([0, 1, 2, 3, 4])
})

it('drops what was made for a reader who stopped, and ends its source', async () => {
  const dropped: number[] = []
  const made: number[] = []
  for await (const value of prefetch(count(9, made), 3, (drop) => dropped.push(drop))) {
    if (value === 1) break
  }
  expect(made.slice(0, 2)).toEqual([0, 1])
  expect(dropped).toEqual(made.slice(2))
  expect(made.length).toBeLessThan(7)
})

it('gives what came before a failure, then the failure', async () => {
  const seen: number[] = []
  const read = async (): Promise<void> => {
    for await (const value of prefetch(failing(), 4, () => undefined)) seen.push(value)
  }
  await expect(read()).rejects.toThrow('no more')
  expect(seen).toEqual([1])
})

async function* count(end: number, made: number[]): AsyncGenerator<number> {
  for (let value = 0; value < end; value += 1) {
    made.push(value)
    yield value
  }
}

async function* failing(): AsyncGenerator<number> {
  yield 1
  throw new Error('no more')
}

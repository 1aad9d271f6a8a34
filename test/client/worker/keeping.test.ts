import { expect, it } from 'vitest'
import { kept, keptAtBest } from '../../../client/worker/keeping.ts'

const blocked = (): Promise<string> => {
  throw new DOMException('Blocked.', 'SecurityError')
}
const mistake = (): never => {
  throw new TypeError('A mistake.')
}
const full = (): Promise<string> =>
  Promise.reject(new DOMException('No room.', 'QuotaExceededError'))

it.each([
  ['may not even be asked', blocked],
  ['has no room', full],
])('a browser that %s keeps nothing, and that is said where it matters', async (_what, keep) => {
  expect(await keptAtBest(keep)).toBeUndefined()
  await expect(kept(keep)).rejects.toMatchObject({ code: 'DISK_FULL' })
})

it('a mistake of ours is none of the browser', async () => {
  await expect(kept(mistake)).rejects.toThrow(TypeError)
  await expect(keptAtBest(mistake)).rejects.toThrow(TypeError)
})

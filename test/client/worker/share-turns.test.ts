import { expect, it } from 'vitest'
import { ShareTurns } from '../../../client/worker/share-turns.ts'

const resume = { type: 'resume', shareId: 'a' }
const forget = { type: 'forget', shareId: 'a' }

it('does the same with a share once while it is under way, and again later', async () => {
  const turns = new ShareTurns()
  const done: string[] = []
  const act = (name: string) => async () => void done.push(name)
  await Promise.all([turns.take(resume, act('first')), turns.take(resume, act('second'))])
  await turns.take(resume, act('third'))
  expect(done).toEqual(['first', 'third'])
})

it('does another thing with it once the first is over, however that ends', async () => {
  const turns = new ShareTurns()
  const isOver = Promise.withResolvers<void>()
  const done: string[] = []
  const resuming = turns.take(resume, () => isOver.promise)
  const forgetting = turns.take(forget, async () => void done.push('forgotten'))
  await turns.take({ ...forget, shareId: 'b' }, async () => void done.push('another one'))
  expect(done).toEqual(['another one'])
  isOver.reject(new Error('It failed.'))
  await expect(resuming).rejects.toThrow('It failed.')
  await forgetting
  expect(done).toEqual(['another one', 'forgotten'])
})

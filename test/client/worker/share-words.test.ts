import { expect, it } from 'vitest'
import { titleOf } from '../../../client/worker/share-words.ts'

it.each([
  [['a.txt'], 'a.txt'],
  [['Coast/a', 'Coast/empty/'], 'Coast'],
  [['a', 'b', 'c'], '3 files'],
  [['big.bin', 'Coast/a', 'Coast/b', 'Coast/empty/'], '3 files'],
  [['a.txt', 'empty/'], '1 file'],
  [['one/', 'two/'], '0 files'],
])('a share of %j is called %s: an empty folder is no file', (paths, title) => {
  expect(titleOf(paths.map((path) => ({ path })))).toBe(title)
})

import { expect, it } from 'vitest'
import { liveNews, titleOf } from '../../../client/worker/share-words.ts'

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

it('says of a share whose sender has not finished whether they were there not long ago', () => {
  const issuedAtMs = 1_000_000
  const minuteMs = 60_000
  const open = { state: 'open', issuedAtMs } as const
  expect(liveNews(open, issuedAtMs + minuteMs)).toEqual({ lastMs: issuedAtMs, isQuiet: false })
  expect(liveNews(open, issuedAtMs + 60 * minuteMs)).toEqual({ lastMs: issuedAtMs, isQuiet: true })
  // The clock of the sender may be ahead.
  expect(liveNews(open, issuedAtMs - minuteMs)?.isQuiet).toBe(false)
  expect(liveNews({ state: 'sealed', issuedAtMs }, issuedAtMs)).toBeUndefined()
  expect(liveNews(undefined, issuedAtMs)).toBeUndefined()
})

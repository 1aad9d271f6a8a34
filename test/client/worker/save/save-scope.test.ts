import { describe, expect, it } from 'vitest'
import { scopeOf } from '../../../../client/worker/save/save-scope.ts'

const paths = [
  'Coast/May 01/a.jpg',
  'Coast/May 01/raw/b.raw',
  'Coast/May 01 b.txt',
  'Coast/May 02/',
]
const index = paths.map((path, i) => ({ path, size: path.endsWith('/') ? 0 : 10 ** i }))
const share = { index, paths, title: 'Coast' }

describe('a save', () => {
  it('of a folder as a zip has what lies in it, and its name', () => {
    expect(scopeOf({ kind: 'zip', folder: 'Coast/May 01/' }, share)).toEqual({
      entries: [0, 1],
      totalBytes: 11,
      title: 'May 01.zip',
    })
  })

  it('of everything has all, and the name of the share', () => {
    const all = { entries: [0, 1, 2, 3], totalBytes: 111, title: 'Coast.zip' }
    expect(scopeOf({ kind: 'zip', folder: '' }, share)).toEqual(all)
  })

  it('of one file has its path', () => {
    expect(scopeOf({ kind: 'file', entry: 2 }, share)).toEqual({
      entries: [2],
      totalBytes: 100,
      title: 'Coast/May 01 b.txt',
    })
  })

  it('of a share of one empty folder is called by it', () => {
    const empty = { index: [{ path: 'new/', size: 0 }], paths: ['new/'], title: 'new/' }
    expect(scopeOf({ kind: 'zip', folder: '' }, empty).title).toBe('new.zip')
  })
})

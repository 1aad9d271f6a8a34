import { describe, expect, it } from 'vitest'
import {
  itemsOf,
  searchItems,
  type Sized,
  startFolder,
  stepsTo,
} from '../../client/ui/folder-items.ts'
import { createRandom } from '../random.ts'

const list: readonly Sized[] = [
  { path: 'a/b/one.txt', sizeBytes: 1 },
  { path: 'a/b/c/two.txt', sizeBytes: 2 },
  { path: 'a/empty/', sizeBytes: 0 },
  { path: 'a/three.txt', sizeBytes: 3 },
  { path: 'a/b/four.txt', sizeBytes: 4 },
]

/** As a reader sees it: `b/ 3 7` for a folder of three files and seven bytes. */
function rows(folder: string): string[] {
  return itemsOf(list, folder).map(({ kind, name, fileCount, sizeBytes }) =>
    kind === 'folder' ? `${name}/ ${fileCount} ${sizeBytes}` : `${name} ${sizeBytes}`,
  )
}

describe('a folder', () => {
  it('holds its folders, then its files, each counted at any depth', () => {
    expect(rows('')).toEqual(['a/ 4 10'])
    expect(rows('a/')).toEqual(['b/ 3 7', 'empty/ 0 0', 'three.txt 3'])
    expect(rows('a/b/')).toEqual(['c/ 1 2', 'one.txt 1', 'four.txt 4'])
    expect(rows('a/empty/')).toEqual([])
  })

  it.each([
    [['one.txt', 'two.txt'], ''],
    [['a/one.txt'], 'a/'],
    [['a/b/one.txt', 'a/b/c/two.txt'], 'a/b/'],
    [['a/b/one.txt', 'a/bc/two.txt'], 'a/'],
    [['a/empty/'], 'a/'],
    [['a/', 'a/one.txt'], ''],
    [[], ''],
  ])('is opened where the first choice is: %s', (paths, expected) => {
    expect(startFolder(paths.map((path) => ({ path, sizeBytes: 0 })))).toBe(expected)
  })

  it('is named by its whole way', () => {
    expect(stepsTo('a/b/')).toEqual([
      { name: 'a', path: 'a/' },
      { name: 'b', path: 'a/b/' },
    ])
    expect(stepsTo('')).toEqual([])
  })
})

it('finds files whatever their case, and no folders', () => {
  const found = searchItems(list, 'T').map(({ path }) => path)
  expect(found).toEqual(['a/b/one.txt', 'a/b/c/two.txt', 'a/three.txt', 'a/b/four.txt'])
  expect(searchItems(list, 'empty')).toEqual([])
})

// Whoever walks all folders meets every file exactly once, with nothing lost of its size.
it.each([1, 2, 3, 4])('loses no file of a random tree, seed %i', (seed) => {
  const random = createRandom(seed)
  const pick = (): string => 'abc'[Math.floor(random() * 3)] ?? 'a'
  const tree = Array.from({ length: 200 }, (_, i) => {
    const folders = Array.from({ length: Math.floor(random() * 5) }, () => `${pick()}/`)
    return { path: `${folders.join('')}${i}.txt`, sizeBytes: Math.floor(random() * 100) }
  })
  const met: number[] = []
  const walk = (folder: string): number => {
    let bytes = 0
    for (const { kind, path, first, sizeBytes } of itemsOf(tree, folder)) {
      bytes += sizeBytes
      if (kind === 'folder') expect(walk(path)).toBe(sizeBytes)
      else met.push(first)
    }
    return bytes
  }
  expect(walk('')).toBe(tree.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0))
  expect(met.toSorted((a, b) => a - b)).toEqual([...tree.keys()])
})

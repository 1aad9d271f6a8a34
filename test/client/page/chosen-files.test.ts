import { describe, expect, it } from 'vitest'
import { mergeNumbered, outdatedBy } from '../../../client/page/chosen-files.ts'
import type { PickedFile } from '../../../client/worker/messages.ts'

it.each([
  ['image.png', 'image (2).png'],
  ['a.b/notes', 'a.b/notes (2)'],
  ['.profile', '.profile (2)'],
  ['folder/.profile', 'folder/.profile (2)'],
  ['folder/a.tar.gz', 'folder/a.tar (2).gz'],
])('another file called %s is numbered before the ending of its name: %s', (path, numbered) => {
  const picked = (size: number) => ({ path, size, file: new File([new Uint8Array(size)], 'x') })
  const paths = mergeNumbered([picked(1)], [picked(2)]).map((file) => file.path)
  expect(paths).toEqual([path, numbered])
})

describe('what is chosen again', () => {
  const cardA = [photo('DCIM/1.jpg', 1), photo('DCIM/2.jpg', 2)]
  const cardB = [photo('DCIM/1.jpg', 3), photo('DCIM/2.jpg', 4)]
  const both = mergeNumbered(cardA, cardB)

  it('stays beside other files of the same names', () => {
    const paths = ['DCIM/1.jpg', 'DCIM/2.jpg', 'DCIM/1 (2).jpg', 'DCIM/2 (2).jpg']
    expect(pathsOf(both)).toEqual(paths)
  })

  it('is there once, whatever number it got', () => {
    expect(pathsOf(mergeNumbered(both, [...cardB, ...cardA]))).toEqual(pathsOf(both))
    expect(pathsOf(mergeNumbered(both, both))).toEqual(pathsOf(both))
  })

  it('is the same empty folder', () => {
    const folder = { path: 'DCIM/empty/', file: undefined, size: 0 }
    expect(mergeNumbered([folder], [folder])).toEqual([folder])
  })
})

describe('what was chosen before', () => {
  it('is outdated where it cannot be read any more, and another of its name comes', async () => {
    const gone = unreadable('a/1.jpg')
    const other = unreadable('a/2.jpg')
    const before = [gone, other, photo('a/3.jpg', 1)]
    const outdated = await outdatedBy(before, [photo('a/1.jpg', 7), photo('a/3.jpg', 7)])
    expect([...outdated]).toEqual([gone])
  })

  it('is outdated once for each that comes, whatever numbers they got', async () => {
    const twins = [unreadable('1.jpg'), unreadable('1 (2).jpg', '1.jpg')]
    expect(await outdatedBy(twins, [photo('1.jpg', 7)])).toEqual(new Set(twins.slice(0, 1)))
    expect(await outdatedBy(twins, [photo('1.jpg', 7), photo('1.jpg', 8)])).toEqual(new Set(twins))
  })

  it('is not outdated by itself', async () => {
    const before = [photo('1.jpg', 7), unreadable('1 (2).jpg', '1.jpg')]
    expect(await outdatedBy(before, before.slice(0, 1))).toEqual(new Set())
    expect(await outdatedBy(before, before)).toEqual(new Set())
  })
})

/** Changed since it was chosen, as far as a browser tells. */
class ChangedFile extends File {
  override slice(): never {
    throw new DOMException('Changed.', 'NotReadableError')
  }
}

function unreadable(path: string, name = path.slice(path.lastIndexOf('/') + 1)): PickedFile {
  return { path, size: 1, file: new ChangedFile(['x'], name, { lastModified: 1 }) }
}

function photo(path: string, lastModified: number): PickedFile {
  const name = path.slice(path.lastIndexOf('/') + 1)
  return { path, size: 1, file: new File(['x'], name, { lastModified }) }
}

function pathsOf(picked: readonly PickedFile[]): string[] {
  return picked.map(({ path }) => path)
}

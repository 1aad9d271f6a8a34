import { describe, expect, it } from 'vitest'
import { mergeNumbered } from '../../../client/page/chosen-files.ts'
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

function photo(path: string, lastModified: number): PickedFile {
  const name = path.slice(path.lastIndexOf('/') + 1)
  return { path, size: 1, file: new File(['x'], name, { lastModified }) }
}

function pathsOf(picked: readonly PickedFile[]): string[] {
  return picked.map(({ path }) => path)
}

import { expect, it } from 'vitest'
import { mergeNumbered } from '../../../client/page/chosen-files.ts'

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

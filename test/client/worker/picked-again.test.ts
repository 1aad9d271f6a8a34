import { describe, expect, it } from 'vitest'
import type { PickedFile } from '../../../client/worker/messages.ts'
import { PageFile } from '../../../client/worker/page-file.ts'
import { PickedAgain } from '../../../client/worker/picked-again.ts'
import { keptFileOf } from '../../../client/engine/send/journal.ts'

function picked(path: string, text = path, lastModified = 1000): PickedFile {
  if (path.endsWith('/')) return { path, file: undefined, size: 0 }
  const file = new File([text], path, { lastModified })
  return { path, file, size: file.size }
}

function numbered(path: string, text: string): PickedFile {
  return { ...picked('notes.txt', text), path }
}

function shareOf(...paths: readonly string[]): PickedAgain {
  return new PickedAgain(paths.map((path) => keptFileOf(new PageFile(picked(path)))))
}

describe('files of an unfinished share that are picked again', () => {
  it('are whole without its empty folders, which no picker lists', () => {
    const again = shareOf('trip/b', 'trip/nothing in it/', 'trip/a')
    again.add([picked('trip/a'), picked('trip/b')])
    const paths = ['trip/b', 'trip/nothing in it/', 'trip/a']
    expect(again.files?.map(({ path }) => path)).toEqual(paths)
    expect(shareOf('empty/').files).toEqual([picked('empty/')])
  })

  it('may come in several picks, and what is missing is known by its name', () => {
    const again = shareOf('one/a', 'two/b', 'c')
    expect(again.missing).toBeUndefined()
    again.add([picked('one/a')])
    expect(again.files).toBeUndefined()
    expect(again.missing).toEqual({ fileCount: 2, names: ['two/b', 'c'], moreCount: 0 })
    again.add([picked('c')])
    again.add([picked('two/b')])
    expect(again.missing).toBeUndefined()
    expect(again.files?.map(({ path }) => path)).toEqual(['one/a', 'two/b', 'c'])
  })

  it('are called by their folders where many are missing', () => {
    const folders = Array.from({ length: 7 }, (_, i) => [`${i}/a`, `${i}/b`]).flat()
    const again = shareOf('here', ...folders)
    again.add([picked('here')])
    const names = ['0/', '1/', '2/', '3/', '4/']
    expect(again.missing).toEqual({ fileCount: 14, names, moreCount: 2 })
  })

  it('may have new ones among them, which were never part of it', () => {
    const again = shareOf('trip/a')
    again.add([picked('trip/a'), picked('trip/.DS_Store')])
    expect(again.files).toHaveLength(1)
  })

  it.each([
    ['another size', picked('trip/a', 'longer than before')],
    ['another time', picked('trip/a', 'trip/a', 2000)],
  ])('are refused where one has %s, and nothing of that pick is kept', (_what, other) => {
    const again = shareOf('trip/a', 'trip/b')
    expect(() => again.add([picked('trip/b'), other])).toThrow('trip/a changed')
    again.add([picked('trip/a')])
    expect(again.missing?.names).toEqual(['trip/b'])
  })

  it('are known by the names that they have where two of one name were numbered', () => {
    const [first, second] = [picked('notes.txt', 'one'), picked('notes.txt', 'two!', 2000)]
    const sent = [first, { ...second, path: 'notes (2).txt' }]
    const again = new PickedAgain(sent.map((one) => keptFileOf(new PageFile(one))))
    again.add([second])
    expect(again.missing?.names).toEqual(['notes.txt'])
    again.add([first])
    expect(again.files).toEqual(sent)
    expect(() => again.add([picked('notes.txt', 'other')])).toThrow('notes.txt changed')
  })

  it('are known in whatever order they were numbered by this pick', () => {
    const sent = [numbered('notes.txt', 'one'), numbered('notes (2).txt', 'two!')]
    const again = new PickedAgain(sent.map((file) => keptFileOf(new PageFile(file))))
    again.add([numbered('notes.txt', 'two!'), numbered('notes (2).txt', 'one')])
    expect(again.files).toEqual(sent)
  })

  it('are refused where none is of the share', () => {
    const again = shareOf('trip/a')
    expect(() => again.add([picked('other/a')])).toThrow('Nothing of what was chosen')
    expect(again.missing).toBeUndefined()
  })
})

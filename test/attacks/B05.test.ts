import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve, sep } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { safePaths } from '../../protocol/safe-path.ts'
import { hostilePaths } from '../scenario/hostile-paths.ts'

describe('B05: names that a sender chose', () => {
  let root = ''

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'skerry-b05-'))
    await mkdir(join(root, 'target'))
  })

  afterEach(async () => {
    await rm(root, { recursive: true, force: true })
  })

  /** Writes each path's own place in the list, as a download would, and reads them all back. */
  async function writeAll(paths: readonly string[]): Promise<string[]> {
    const target = join(root, 'target')
    for (const [i, path] of paths.entries()) {
      const file = resolve(target, path)
      expect(file.startsWith(target + sep)).toBe(true)
      if (path.endsWith('/')) await mkdir(file, { recursive: true })
      else {
        await mkdir(dirname(file), { recursive: true })
        await writeFile(file, String(i), { flag: 'wx' })
      }
    }
    const files = paths.filter((path) => !path.endsWith('/'))
    return Promise.all(files.map((path) => readFile(resolve(target, path), 'utf8')))
  }

  it('B05: end up inside the target, each in a file of its own', async () => {
    const paths = safePaths([...hostilePaths, ...hostilePaths], { twins: 'keep' })
    const contents = await writeAll(paths)
    expect(new Set(contents).size).toBe(contents.length)
    expect(await readdir(root)).toEqual(['target'])
  })

  it.each([1, 2, 3, 4])(
    'B05: end up there however they are put together, seed %i',
    async (seed) => {
      const pieces = [
        ...hostilePaths.slice(0, 21),
        'a',
        'A',
        'a/',
        '/',
        '..',
        '.',
        ' ',
        '\\',
        'é',
        'e\u0301',
      ]
      const names = fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 4 })
      const lists = fc.array(
        names.map((parts) => parts.join('')),
        { minLength: 60, maxLength: 60 },
      )
      for (const list of fc.sample(lists, { seed, numRuns: 3 })) {
        await rm(join(root, 'target'), { recursive: true })
        const contents = await writeAll(safePaths(list, { twins: 'keep' }))
        expect(new Set(contents).size).toBe(contents.length)
        expect(await readdir(root)).toEqual(['target'])
      }
    },
  )

  it('B05: reach a disk that folds case and Unicode forms without one file over another', () => {
    const list = ['README', 'readme', 'ReadMe', 'caf\u00E9', 'cafe\u0301', 'CAFE\u0301', 'Readme/x']
    const paths = safePaths(list, { twins: 'rename' })
    const onDisk = paths.map((path) => path.normalize('NFD').toUpperCase())
    expect(new Set(onDisk).size).toBe(list.length)
    expect(onDisk).not.toContain('README')
  })

  it('B05: show what they are: nothing in them turns the text around', () => {
    for (const path of safePaths(hostilePaths, { twins: 'keep' })) {
      expect(path).not.toMatch(/[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069\p{Cc}]/u)
    }
  })
})

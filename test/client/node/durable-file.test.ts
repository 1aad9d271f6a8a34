import { mkdtempDisposable, readdir, readFile, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { replaceFile, replaceQuickly } from '../../../client/node/durable-file.ts'

it.each([replaceFile, replaceQuickly])(
  'leaves one whole text behind when many replace a file at once, and nothing else, %o',
  async (replace) => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'skerry-durable-'))
    const path = join(folder.path, 'kept')
    const texts = Array.from({ length: 50 }, (_, i) => `${i}`.repeat(10_000 + i))
    await Promise.all(texts.map((text) => replace(path, text)))
    expect(texts).toContain(await readFile(path, 'utf8'))
    expect(await readdir(folder.path)).toEqual(['kept'])
  },
)

it('leaves no draft behind when a file cannot be replaced', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'skerry-durable-'))
  await symlink('nowhere', join(folder.path, 'other'))
  await expect(replaceFile(join(folder.path, 'missing', 'kept'), 'x')).rejects.toThrow('ENOENT')
  await expect(replaceFile(folder.path, 'x')).rejects.toThrow(/EISDIR|ENOTEMPTY|EEXIST/)
  expect(await readdir(folder.path)).toEqual(['other'])
})

import { mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { makeFolders } from '../../../client/node/make-folders.ts'

let dir = ''
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'folders-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

it('makes a folder with all above it, for whom it is to be, and takes what is there', async () => {
  const path = join(dir, 'a', 'b', 'c')
  await makeFolders(path, 0o700)
  await makeFolders(path, 0o700)
  for (const made of [path, join(dir, 'a')]) expect((await stat(made)).mode & 0o777).toBe(0o700)
  await symlink(path, join(dir, 'link'))
  await makeFolders(join(dir, 'link', 'd'))
  expect(await readdir(path)).toEqual(['d'])
})

it('makes what several ask for at once', async () => {
  const paths = Array.from({ length: 8 }, (_, index) => join(dir, 'x', 'y', String(index)))
  await Promise.all(paths.map((path) => makeFolders(path)))
  expect(await readdir(join(dir, 'x', 'y'))).toHaveLength(8)
})

it.each([
  ['file', 'EEXIST'],
  ['file/below', 'ENOTDIR'],
])('says what the system says of %s: %s', async (name, code) => {
  await writeFile(join(dir, 'file'), '')
  await expect(makeFolders(join(dir, name))).rejects.toMatchObject({ code })
})

it.runIf(process.platform === 'linux')('gives up where no folder can be made', async () => {
  await expect(makeFolders('/proc/nope')).rejects.toMatchObject({ code: 'ENOENT' })
  await expect(makeFolders('/proc/nope/below')).rejects.toMatchObject({ code: 'ENOENT' })
})

import { execFileSync } from 'node:child_process'
import { chmod, mkdir, mkdtemp, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readFileTree } from '../../../client/node/file-tree.ts'
import { TransferError } from '../../../protocol/errors.ts'

let dir = ''

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'skerry-tree-'))
})

afterEach(async () => {
  await rm(dir, { recursive: true, force: true })
})

async function write(path: string, content = path): Promise<string> {
  const full = join(dir, path)
  await mkdir(join(full, '..'), { recursive: true })
  await writeFile(full, content)
  return full
}

async function pathsOf(...paths: readonly string[]): Promise<string[]> {
  return (await readFileTree(paths.map((path) => join(dir, path)))).map(({ path }) => path)
}

async function problemOf(task: Promise<unknown>): Promise<string> {
  const cause: unknown = await task.catch((error: unknown) => error)
  return cause instanceof TransferError ? `${cause.code} ${cause.message}` : String(cause)
}

describe('what is sent', () => {
  it('is a file under its own name, whatever folder it lies in', async () => {
    await write('a/b/notes.txt')
    expect(await pathsOf('a/b/notes.txt')).toEqual(['notes.txt'])
  })

  it('is a folder with everything below it, in an order that never changes', async () => {
    for (const path of ['f/b.txt', 'f/B.txt', 'f/a/z', 'f/a/10', 'f/a/9', 'f/a.txt']) {
      await write(path)
    }
    const expected = ['f/B.txt', 'f/a/10', 'f/a/9', 'f/a/z', 'f/a.txt', 'f/b.txt']
    expect(await pathsOf('f')).toEqual(expected)
  })

  it('is an empty folder as a path that ends in /', async () => {
    await mkdir(join(dir, 'f/empty'), { recursive: true })
    expect(await pathsOf('f')).toEqual(['f/empty/'])
    expect(await pathsOf('f/empty')).toEqual(['empty/'])
  })

  it('is several paths in the order in which they were named', async () => {
    await write('b')
    await write('a')
    expect(await pathsOf('b', 'a')).toEqual(['b', 'a'])
  })

  it('is what a link leads to, file or folder', async () => {
    await write('real/file')
    await mkdir(join(dir, 'f'))
    await symlink('../real/file', join(dir, 'f/to-file'))
    await symlink('../real', join(dir, 'f/to-folder'))
    expect(await pathsOf('f')).toEqual(['f/to-file', 'f/to-folder/file'])
  })

  it('keeps names as they are, twins in another form of Unicode too', async () => {
    const names = ['caf\u00E9', 'cafe\u0301', 'emoji 🏝️', 'x'.repeat(255), '-rf', 'a\u202Efdp']
    for (const name of names) await write(`f/${name}`)
    const paths = await pathsOf('f')
    expect(paths.toSorted()).toEqual(names.map((name) => `f/${name}`).toSorted())
  })

  it('carries size, time and the executable bit', async () => {
    const path = await write('run.sh', '12345')
    await chmod(path, 0o755)
    await utimes(path, 1000, 2000.5)
    const [file] = await readFileTree([path])
    expect(file).toMatchObject({ size: 5, mtimeMs: 2_000_500, executable: true })
  })
})

describe('what cannot be sent is named before anything leaves', () => {
  it('a path that is not there', async () => {
    const problem = await problemOf(readFileTree([join(dir, 'nothing')]))
    expect(problem).toBe(
      `FILE_UNREADABLE ${join(dir, 'nothing')} does not exist, or is a link to nothing.`,
    )
  })

  it('a link to nothing, a link to itself, a folder inside itself', async () => {
    await mkdir(join(dir, 'f'))
    await symlink('gone', join(dir, 'f/dangling'))
    expect(await problemOf(pathsOf('f'))).toMatch(/f\/dangling does not exist/)
    await rm(join(dir, 'f/dangling'))
    await symlink('loop', join(dir, 'f/loop'))
    expect(await problemOf(pathsOf('f'))).toMatch(/f\/loop is a link that leads to itself/)
    await rm(join(dir, 'f/loop'))
    await symlink('..', join(dir, 'f/up'))
    expect(await problemOf(pathsOf('f'))).toMatch(/leads back into itself/)
  })

  it('a pipe, a device', async () => {
    await mkdir(join(dir, 'f'))
    execFileSync('mkfifo', [join(dir, 'f/pipe')])
    expect(await problemOf(pathsOf('f'))).toMatch(/f\/pipe is a pipe/)
    expect(await problemOf(readFileTree(['/dev/null']))).toMatch(/\/dev\/null is a device/)
  })

  it('a name that is not UTF-8', async () => {
    await mkdir(join(dir, 'f'))
    await writeFile(Buffer.concat([Buffer.from(join(dir, 'f/')), Buffer.of(0xff)]), '')
    expect(await problemOf(pathsOf('f'))).toMatch(/^FILE_UNREADABLE .* not UTF-8/)
  })

  it('two paths of one name', async () => {
    await write('a/x')
    await write('b/x')
    expect(await problemOf(pathsOf('a/x', 'b/x'))).toMatch(/^USAGE Two of the given paths/)
  })

  it('the root of the disk, which has no name', async () => {
    expect(await problemOf(readFileTree(['/']))).toMatch(/^USAGE /)
    expect(await problemOf(readFileTree(['']))).toMatch(/^USAGE .* is empty/)
  })

  it('a tree that is too deep', async () => {
    await write(`${'d/'.repeat(33)}x`)
    expect(await problemOf(pathsOf('d'))).toMatch(/^USAGE .* lies too deep/)
  })

  // Root reads everything: there is nothing to show then.
  it.skipIf(process.getuid?.() === 0)('a file that may not be read', async () => {
    await chmod(await write('f/secret'), 0)
    expect(await problemOf(pathsOf('f'))).toMatch(/f\/secret may not be read by you/)
  })

  it('without characters that make a terminal lie', async () => {
    await mkdir(join(dir, 'f'))
    await symlink('gone', join(dir, 'f/a\u001B[2J'))
    expect(await problemOf(pathsOf('f'))).not.toContain('\u001B')
  })
})

describe('a file that is being sent', () => {
  it('is read from any place', async () => {
    const [file] = await readFileTree([await write('x', 'hello world')])
    expect(Buffer.from((await file?.read(6, 5)) ?? []).toString()).toBe('world')
  })

  it.each([
    ['grew', (path: string) => writeFile(path, 'hello world!')],
    ['was cut', (path: string) => writeFile(path, 'hello')],
    ['was written again', (path: string) => writeFile(path, 'HELLO WORLD')],
    [
      'was replaced by another of the same time and size',
      async (path: string): Promise<void> => {
        await writeFile(`${path}2`, 'HELLO WORLD')
        await utimes(`${path}2`, 1000, 1000)
        await rename(`${path}2`, path)
      },
    ],
  ])('ends the reading if it %s', async (_what, change) => {
    const path = await write('x', 'hello world')
    await utimes(path, 1000, 1000)
    const [file] = await readFileTree([path])
    await change(path)
    expect(await problemOf(file?.read(0, 5) ?? Promise.resolve())).toMatch(
      /^FILE_CHANGED .*x changed/,
    )
  })

  it('is said to have vanished when it did', async () => {
    const path = await write('x')
    const [file] = await readFileTree([path])
    await rm(path)
    expect(await problemOf(file?.read(0, 1) ?? Promise.resolve())).toMatch(
      /^FILE_UNREADABLE .*x vanished/,
    )
  })
})

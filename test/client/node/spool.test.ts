import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { Spool } from '../../../client/node/spool.ts'
import { TransferError } from '../../../protocol/errors.ts'

let dir = ''
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'skerry-spool-'))
})
afterEach(async () => {
  await rm(dir, { recursive: true, force: true })
})

function take(input: Readable, signal = new AbortController().signal): Promise<Spool> {
  return Spool.take(input, { dir, name: 'stdin', signal })
}

it('takes all of standard input to a file that is gone afterwards', async () => {
  const spool = await take(Readable.from(['hello ', 'world']))
  expect(basename(spool.path)).toBe('stdin')
  expect(await readFile(spool.path, 'utf8')).toBe('hello world')
  await spool[Symbol.asyncDispose]()
  expect(await readdir(dir)).toEqual([])
})

it('removes what a killed process left, and nothing of one that lives', async () => {
  await mkdir(join(dir, 'left'))
  await writeFile(join(dir, 'left', 'stdin'), 'old')
  await using first = await take(Readable.from(['first']))
  await using second = await take(Readable.from(['second']))
  const folders = (await readdir(dir)).filter((name) => !name.endsWith('.lock'))
  expect(folders).toHaveLength(2)
  expect(await readFile(first.path, 'utf8')).toBe('first')
  expect(await readFile(second.path, 'utf8')).toBe('second')
})

it('leaves nothing when it is stopped in the middle, and does not say that anything is kept', async () => {
  const stop = new AbortController()
  const endless = new Readable({ read: () => undefined })
  endless.push('some')
  const task = take(endless, stop.signal)
  stop.abort(new TransferError('STOPPED', 'The same command goes on.'))
  const message = 'Stopped before all of the input was read. Nothing was sent.'
  await expect(task).rejects.toMatchObject({ code: 'STOPPED', message })
  expect(await readdir(dir)).toEqual([])
})

it('says which folder cannot be written', async () => {
  const task = Spool.take(Readable.from(['x']), {
    dir: '/proc/self',
    name: 'stdin',
    signal: new AbortController().signal,
  })
  await expect(task).rejects.toMatchObject({
    code: 'FILE_UNREADABLE',
    message: expect.stringContaining('/proc/self cannot be written') as string,
  })
})

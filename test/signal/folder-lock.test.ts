import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { lockFolder } from '../../signal/folder-lock.ts'

const inUse: unknown = expect.objectContaining({ code: 'FOLDER_IN_USE' })
const holder = `
  import { lockFolder } from ${JSON.stringify(new URL('../../signal/folder-lock.ts', import.meta.url).href)}
  await lockFolder(process.argv[1])
  console.log('held')
  setInterval(() => {}, 1000)`

let root = ''
let dir = ''

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'skerry-lock-'))
})
beforeEach(async () => {
  dir = await mkdtemp(join(root, 'case-'))
})
afterAll(() => rm(root, { recursive: true }))

/** @returns The text of the lock. */
async function takeAndLeave(): Promise<string> {
  const lock = await lockFolder(dir)
  const text = await readFile(join(dir, 'lock'), 'utf8')
  await lock[Symbol.asyncDispose]()
  return text
}

/** The lock of a process that was killed the hard way. */
async function leaveLock(): Promise<void> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', holder, dir])
  await once(child.stdout, 'data')
  await expect(lockFolder(dir)).rejects.toEqual(inUse)
  child.kill('SIGKILL')
  await once(child, 'exit')
}

describe('a locked folder', () => {
  it('is one process alone its own, until it ends', async () => {
    const lock = await lockFolder(dir)
    await expect(lockFolder(dir)).rejects.toEqual(inUse)
    await lock[Symbol.asyncDispose]()
    await expect(takeAndLeave()).resolves.toContain(String(process.pid))
    expect(await readdir(dir)).toEqual([])
  })

  it('F01: is free again after kill -9', async () => {
    await leaveLock()
    await expect(takeAndLeave()).resolves.toContain(String(process.pid))
  })

  it('is free if another process has got the number of the one that is no more', async () => {
    const mine = await takeAndLeave()
    await writeFile(join(dir, 'lock'), mine.replace(/"birth":"[^"]*"/, '"birth":"long ago"'))
    await expect(takeAndLeave()).resolves.toContain(String(process.pid))
  })

  it.each(['', '{', '{"pid":"1"}', '[]'])('is free if its lock is torn: %s', async (text) => {
    await writeFile(join(dir, 'lock'), text)
    await expect(takeAndLeave()).resolves.toContain(String(process.pid))
  })

  it('gets one of many that find the same stale lock', async () => {
    await writeFile(join(dir, 'lock'), '{}')
    const tries = await Promise.allSettled(Array.from({ length: 20 }, () => lockFolder(dir)))
    const taken = tries.filter(({ status }) => status === 'fulfilled')
    expect(taken).toHaveLength(1)
    expect(await readdir(dir)).toEqual(['lock'])
  })
})

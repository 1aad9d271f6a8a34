import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openNetworkKey, readNetworkKey } from '../../signal/network-key.ts'

let root = ''
let keyFile = ''

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'skerry-key-'))
  keyFile = join(root, 'keys', 'signal.key')
})
afterEach(() => rm(root, { recursive: true }))

describe('the network key', () => {
  it('is made once, for its owner alone', async () => {
    const key = await openNetworkKey(keyFile)
    expect(await openNetworkKey(keyFile)).toEqual(key)
    expect(await readNetworkKey(keyFile)).toEqual(key)
    expect((await stat(keyFile)).mode & 0o777).toBe(0o600)
    expect((await stat(dirname(keyFile))).mode & 0o777).toBe(0o700)
    expect(await readdir(dirname(keyFile))).toEqual(['signal.key'])
  })

  it('is the same for all who start at once', async () => {
    const keys = await Promise.all(Array.from({ length: 10 }, () => openNetworkKey(keyFile)))
    expect(new Set(keys.map(({ secret }) => secret.join())).size).toBe(1)
  })

  it.each(['', 'AAAA', 'not a key', 'A'.repeat(42)])(
    'is never replaced where it is damaged, nor shown: "%s"',
    async (text) => {
      await openNetworkKey(keyFile)
      await writeFile(keyFile, text)
      const failed = openNetworkKey(keyFile)
      await expect(failed).rejects.toMatchObject({ code: 'FILE_UNREADABLE' })
      await expect(failed).rejects.not.toThrow(text === '' ? 'undefined' : text)
      expect(await readFile(keyFile, 'utf8')).toBe(text)
    },
  )

  it('is not made by who only reads it', async () => {
    await expect(readNetworkKey(keyFile)).rejects.toMatchObject({ code: 'FILE_UNREADABLE' })
  })
})

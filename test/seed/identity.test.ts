import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { publicKeyOf } from '../../protocol/crypto/ed25519.ts'
import { seedIdOf } from '../../protocol/seed-id.ts'
import { openIdentity } from '../../seed/identity.ts'

let dir = ''
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'skerry-identity-'))
})
afterEach(() => rm(dir, { recursive: true }))

describe('the identity of a seed', () => {
  it('is made once, for nobody else to read, and then the same one', async () => {
    const keyFile = join(dir, 'keys', 'seed.key')
    const first = await openIdentity(keyFile)
    expect(await openIdentity(keyFile)).toEqual(first)
    expect((await stat(keyFile)).mode & 0o777).toBe(0o600)
    expect(first.id).toBe(seedIdOf(publicKeyOf(first.key)))
    expect(await readdir(join(dir, 'keys'))).toEqual(['seed.key'])
  })

  it('is one, whoever of two processes makes it first', async () => {
    const keyFile = join(dir, 'seed.key')
    const ids = await Promise.all([1, 2, 3, 4].map(async () => (await openIdentity(keyFile)).id))
    expect(new Set(ids).size).toBe(1)
  })

  it.each([0, 31, 33, 64])(
    'is never made out of %i bytes, nor put in their place',
    async (length) => {
      const keyFile = join(dir, 'seed.key')
      await writeFile(keyFile, new Uint8Array(length))
      await expect(openIdentity(keyFile)).rejects.toMatchObject({ code: 'FILE_UNREADABLE' })
      expect((await readFile(keyFile)).length).toBe(length)
    },
  )
})

import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { HelpFile } from '../../../client/node/help-file.ts'

it('leaves no file behind, however its process ends: it has no name while it is used', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'help-file-'))
  vi.stubEnv('TMPDIR', dir)
  try {
    await using file = await HelpFile.open()
    await file.put(2, new Uint8Array([1, 2, 3]))
    expect(await readdir(dir)).toEqual([])
    expect(await file.read(2)).toEqual(new Uint8Array([1, 2, 3]))
    expect(await file.read(1)).toBeUndefined()
  } finally {
    vi.unstubAllEnvs()
    await rm(dir, { recursive: true })
  }
})

import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { crashSeed } from '../scenario/seed-crashes.ts'

it('F01: a seed killed at 10 random moments of uploads loses nothing it answered for and serves nothing torn', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'skerry-F01-'))
  const { checkedChunks } = await crashSeed({ dir: folder.path, kills: 10, seed: 1 })
  expect(checkedChunks).toBeGreaterThan(0)
})

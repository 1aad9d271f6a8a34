import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { crashSeed } from '../scenario/seed-crashes.ts'

it.each([1, 2])(
  'F01: a seed killed at 5 random moments of uploads loses nothing it answered for and serves nothing torn, random %i',
  async (seed) => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'skerry-F01-'))
    const { checkedChunks } = await crashSeed({ dir: folder.path, kills: 5, seed })
    expect(checkedChunks).toBeGreaterThan(0)
  },
)

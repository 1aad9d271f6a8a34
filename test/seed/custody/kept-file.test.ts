import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readKept, writeKept } from '../../../seed/custody/kept-file.ts'
import { NOW_MS } from '../../protocol/owner.ts'
import { makeShareId } from '../../protocol/placement-network.ts'

let dir = ''
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'skerry-kept-'))
})
afterEach(() => rm(dir, { recursive: true }))

describe('what custody keeps over a restart', () => {
  it('comes back as it was written', async () => {
    const kept = {
      seenMs: NOW_MS,
      freshSinceMs: NOW_MS - 5,
      outside: new Map([[makeShareId(1), NOW_MS - 3]]),
    }
    await writeKept(join(dir, 'custody.json'), kept)
    expect(await readKept(join(dir, 'custody.json'))).toEqual(kept)
    const unknown = { seenMs: NOW_MS, freshSinceMs: undefined, outside: new Map() }
    await writeKept(join(dir, 'custody.json'), unknown)
    expect(await readKept(join(dir, 'custody.json'))).toEqual(unknown)
  })

  it.each([
    ['is not there', undefined],
    ['is torn', '{"seenMs":1767'],
    ['is of another version', '{"seenMs":"yesterday","outside":[]}'],
    ['names no share', '{"seenMs":1,"outside":[["../../etc/passwd",1]]}'],
  ])('is nothing where the file %s', async (_, text) => {
    const path = join(dir, 'custody.json')
    if (text !== undefined) await writeFile(path, text)
    expect(await readKept(path)).toBe(undefined)
  })
})

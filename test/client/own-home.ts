import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach } from 'vitest'

/** @returns Where each test of this file has a folder of its own, which what commands remember lies in too. */
export function ownHome(): { readonly dir: string } {
  const place = { dir: '' }
  const before = process.env['SKERRY_HOME']
  beforeEach(async () => {
    place.dir = await mkdtemp(join(tmpdir(), 'skerry-home-'))
    process.env['SKERRY_HOME'] = join(place.dir, 'home')
  })
  afterEach(async () => {
    process.env['SKERRY_HOME'] = before
    if (before === undefined) delete process.env['SKERRY_HOME']
    await rm(place.dir, { recursive: true, force: true })
  })
  return place
}

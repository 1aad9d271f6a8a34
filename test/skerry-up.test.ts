import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtempDisposable, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, it } from 'vitest'

const SOURCES = join(import.meta.dirname, '..')

/** Runs `up` with all data in `dir` until it has said its first line. */
async function firstLine(dir: string, sources = SOURCES): Promise<unknown> {
  const place = ['--port', '0', '--dir', dir, '--seeds', 'NZ']
  const args = [join(sources, 'skerry.ts'), 'up', '--json', '--with-parent', ...place]
  // A path stays as it was given, for the processes that are started as well.
  const env = { ...process.env, NODE_OPTIONS: '--preserve-symlinks --preserve-symlinks-main' }
  const up = spawn(process.execPath, args, { env, stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = once(up, 'exit')
  try {
    for await (const line of createInterface({ input: up.stdout })) return JSON.parse(line)
    return undefined
  } finally {
    up.kill('SIGTERM')
    await ended
  }
}

it('runs also where its folder has a space and letters of other languages in its name', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'skerry up ö '))
  const sources = join(folder.path, 'sources')
  await symlink(SOURCES, sources)
  expect(await firstLine(join(folder.path, 'data'), sources)).toMatchObject({ event: 'ready' })
})

it.each(['', '[70000]'])('starts again whatever the list of its ports says: %o', async (list) => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'skerry-up-'))
  await mkdir(join(folder.path, 'keys'), { recursive: true })
  await writeFile(join(folder.path, 'ports.json'), list)
  expect(await firstLine(folder.path)).toMatchObject({ event: 'ready' })
})

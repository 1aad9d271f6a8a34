import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtempDisposable, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, it } from 'vitest'
import { SmallDisk } from './scenario/small-disk.ts'

const SOURCES = join(import.meta.dirname, '..')

/** Runs `up` with all data in `dir` until it has said so many lines. */
async function linesOf(dir: string, count: number, sources = SOURCES): Promise<unknown[]> {
  const place = ['--port', '0', '--dir', dir, '--seeds', 'NZ']
  const args = [join(sources, 'skerry.ts'), 'up', '--json', '--with-parent', ...place]
  // A path stays as it was given, for the processes that are started as well.
  const env = { ...process.env, NODE_OPTIONS: '--preserve-symlinks --preserve-symlinks-main' }
  const up = spawn(process.execPath, args, { env, stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = once(up, 'exit')
  try {
    const lines: unknown[] = []
    for await (const line of createInterface({ input: up.stdout })) {
      lines.push(JSON.parse(line))
      if (lines.length === count) break
    }
    return lines
  } finally {
    up.kill('SIGTERM')
    await ended
  }
}

it('runs also where its folder has a space and letters of other languages in its name', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'skerry up ö '))
  const sources = join(folder.path, 'sources')
  await symlink(SOURCES, sources)
  expect(await linesOf(join(folder.path, 'data'), 1, sources)).toMatchObject([{ event: 'ready' }])
})

it.each(['', '[70000]'])('starts again whatever the list of its ports says: %o', async (list) => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'skerry-up-'))
  await mkdir(join(folder.path, 'keys'), { recursive: true })
  await writeFile(join(folder.path, 'ports.json'), list)
  expect(await linesOf(folder.path, 1)).toMatchObject([{ event: 'ready' }])
})

it.skipIf(!SmallDisk.canMount(tmpdir()))(
  'says of a disk with too little room that nothing new is stored there',
  async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'skerry-up-'))
    using disk = SmallDisk.mount(join(folder.path, 'disk'), 64 * 1024 * 1024)
    const lines = await linesOf(join(disk?.path ?? '', 'data'), 2)
    const full = expect.stringContaining('takes no new shares') as string
    expect(lines).toMatchObject([{ event: 'ready' }, { event: 'full', message: full }])
  },
)

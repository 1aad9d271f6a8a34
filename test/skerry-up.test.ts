import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtempDisposable, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, it } from 'vitest'

const SKERRY = join(import.meta.dirname, '..', 'skerry.ts')

/** Runs `up` with all data in `dir` until it has said its first line. */
async function firstLine(dir: string): Promise<unknown> {
  const place = ['--port', '0', '--dir', dir, '--seeds', 'NZ']
  const args = [SKERRY, 'up', '--json', '--with-parent', ...place]
  const up = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = once(up, 'exit')
  try {
    for await (const line of createInterface({ input: up.stdout })) return JSON.parse(line)
    return undefined
  } finally {
    up.kill('SIGTERM')
    await ended
  }
}

it('starts again though the list of its ports was cut off', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'skerry-up-'))
  await mkdir(join(folder.path, 'keys'), { recursive: true })
  await writeFile(join(folder.path, 'ports.json'), '')
  expect(await firstLine(folder.path)).toMatchObject({ event: 'ready' })
})

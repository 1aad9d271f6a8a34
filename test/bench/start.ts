import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { CaseContext } from '../case-runner.ts'

export const title = 'from `npm start` in a fresh clone after its install to the page and two seeds'

const root = join(import.meta.dirname, '..', '..')
const execute = promisify(execFile)

export async function run({ dir, note }: CaseContext): Promise<string> {
  const clone = join(dir, 'clone')
  await execute('git', ['clone', '--quiet', root, clone])
  // As an install leaves it.
  await execute('cp', ['-al', join(root, 'node_modules'), join(clone, 'node_modules')])
  note('starting it')
  const seconds: number[] = []
  for (let start = 0; start < 2; start += 1) seconds.push(await startOnce(clone))
  const [first = 0, again = 0] = seconds
  return `${first.toFixed(1)} s the first time (target ≤ 10 s), ${again.toFixed(1)} s again`
}

/** @returns Seconds until the page answers and its network is whole. */
async function startOnce(clone: string): Promise<number> {
  const startMs = performance.now()
  const args = ['start', '--', '--port', '0', '--json']
  const child = spawn('npm', args, {
    cwd: clone,
    detached: true,
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  try {
    const url = await readyUrl(child.stdout)
    const { ok } = await fetch(url)
    if (!ok) throw new Error('the page does not answer')
    return (performance.now() - startMs) / 1000
  } finally {
    // npm, the shell, and all that it started.
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM')
    await once(child, 'close')
  }
}

async function readyUrl(output: AsyncIterable<Buffer>): Promise<string> {
  let text = ''
  for await (const part of output) {
    text += part.toString()
    const url = /"event":"ready","url":"([^"]+)"/.exec(text)?.[1]
    if (url !== undefined) return url
  }
  throw new Error(`it ended: ${text}`)
}

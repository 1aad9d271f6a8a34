import { spawn } from 'node:child_process'

// `npm run check`: all that can be said about the sources without running them, all at once.
const names = ['types', 'lint', 'format', 'unused']

const results = await Promise.all(names.map(async (name) => check(name)))
process.exitCode = results.every(Boolean) ? 0 : 1

/** Prints the whole output of a failed check at its end, so that it does not mix with another's. */
async function check(name: string): Promise<boolean> {
  const startMs = performance.now()
  const args = ['--run', `check:${name}`]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const output: Buffer[] = []
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (part: Buffer) => output.push(part))
  }
  const { promise: closed, resolve } = Promise.withResolvers<number>()
  child.on('close', (code) => resolve(code ?? 1))
  const isOk = (await closed) === 0
  const seconds = ((performance.now() - startMs) / 1000).toFixed(1)
  if (!isOk) process.stdout.write(Buffer.concat(output))
  process.stdout.write(`${isOk ? 'ok  ' : 'FAIL'}  ${name}  ${seconds}s\n`)
  return isOk
}

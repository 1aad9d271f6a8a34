import { execFile } from 'node:child_process'
import { mkdtempDisposable, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const run = promisify(execFile)
const runner = join(import.meta.dirname, 'case-runner.ts')

const good = `export const title = 'adds up'
export async function run({ dir, note }) {
  note('adding in ' + dir)
  return '2 of 2'
}`
const bad = `export const title = 'falls over'
export async function run() { throw new Error('one byte short') }`
const other = `export const heading = 'no case'`

/** A checkout of its own, with the given cases in it, and what the runner says and ends with there. */
async function withCases(files: Record<string, string>) {
  const folder = await mkdtempDisposable(join(tmpdir(), 'skerry-runner-'))
  const git = async (...args: string[]): Promise<unknown> =>
    run('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: folder.path })
  const write = async (name: string, text: string): Promise<void> =>
    writeFile(join(folder.path, name), text)
  const main = `import { runCases } from ${JSON.stringify(runner)}
const keptIn = new URL('kept/full.json', import.meta.url).pathname
process.exit(await runCases({ folder: import.meta.dirname, argv: process.argv.slice(2), keptIn }))`
  for (const [name, text] of Object.entries(files)) await write(name, text)
  await write('run.ts', main)
  await write('package.json', '{ "type": "module" }')
  await write('.gitignore', 'kept/')
  await git('init', '-q')
  await git('add', '.')
  await git('commit', '-qm', 'cases')
  const start = async (...args: string[]): Promise<{ code: number; lines: string[] }> => {
    const options = { cwd: folder.path }
    const ended = run(process.execPath, ['run.ts', ...args], options).then(
      ({ stdout }) => ({ code: 0, stdout }),
      ({ code, stdout }: { code: number; stdout: string }) => ({ code, stdout }),
    )
    const { code, stdout } = await ended
    const lines = stdout.trim().split('\n')
    return { code, lines: lines.map((line) => line.replace(/ \d+\.\ds/, ' Ns')) }
  }
  return { start, write, [Symbol.asyncDispose]: async () => folder.remove() }
}

it('prints a line a case and fails if one fails', async () => {
  await using cases = await withCases({ 'a.ts': good, 'b.ts': bad })
  expect(await cases.start()).toEqual({
    code: 1,
    lines: ['ok  adds up  2 of 2  Ns', 'FAIL  falls over  one byte short  Ns'],
  })
})

it('keeps what went well for the next run of the same commit, and no longer', async () => {
  await using cases = await withCases({ 'a.ts': good })
  const once = { code: 0, lines: ['ok  adds up  2 of 2  Ns'] }
  expect(await cases.start()).toEqual(once)
  expect(await cases.start()).toEqual({ code: 0, lines: ['ok  adds up  2 of 2  Ns  (kept)'] })
  expect(await cases.start('--fresh')).toEqual(once)
  await cases.write('a.ts', `${good}\n`)
  expect(await cases.start()).toEqual(once)
  expect(await cases.start()).toEqual(once)
})

it('runs the cases whose name fits, and says when none does', async () => {
  await using cases = await withCases({ 'large-file.ts': good, 'b.ts': bad })
  expect(await cases.start('large')).toEqual({ code: 0, lines: ['ok  adds up  2 of 2  Ns'] })
  expect(await cases.start('small')).toEqual({ code: 1, lines: [''] })
  expect(await cases.start('--help')).toEqual({ code: 1, lines: [''] })
  await cases.write('page-large-file.ts', bad)
  const whole = await cases.start('--fresh', 'large-file')
  expect(whole).toEqual({ code: 0, lines: ['ok  adds up  2 of 2  Ns'] })
})

it('does not pass over a file that is no case', async () => {
  await using cases = await withCases({ 'a.ts': other, 'b.ts': good })
  const { code, lines } = await cases.start()
  expect(code).toBe(1)
  expect(lines[0]).toMatch(/^FAIL {2}a\.ts .* exports no title and run/)
  expect(lines[1]).toMatch(/^ok /)
})

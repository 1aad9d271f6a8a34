import { spawn, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, it } from 'vitest'

const RUN = join(import.meta.dirname, '..', 'skerry-run.ts')

/** A process that runs this as a command. */
function start(action: string): ChildProcess {
  const script = `
    import { setTimeout as pause } from 'node:timers/promises'
    import { run, writeLine } from ${JSON.stringify(RUN)}
    await run({ json: true }, async () => { ${action} })`
  return spawn(process.execPath, ['--input-type=module', '-e', script])
}

it('says all of it to a reader who is slow, before it ends', async () => {
  const command = start(`writeLine(JSON.stringify('x'.repeat(2_000_000)))`)
  await pause(500)
  expect(JSON.parse(await text(command.stdout ?? process.stdin))).toHaveLength(2_000_000)
})

it('does its work also for a reader who has heard enough', async () => {
  const command = start(`
    for (let i = 0; i < 20; i += 1) {
      writeLine('more')
      await pause(10)
    }
    process.stderr.write('done')`)
  command.stdout?.destroy()
  expect(await text(command.stderr ?? process.stdin)).toBe('done')
})

it('does its work also for a reader who no longer hears what goes wrong', async () => {
  const command = start(`
    for (let i = 0; i < 20; i += 1) {
      process.stderr.write('more')
      await pause(10)
    }
    writeLine('done')`)
  command.stderr?.destroy()
  expect(await text(command.stdout ?? process.stdin)).toBe('done\n')
})

it('ends in order however long a disk is busy that answers', async () => {
  const command = start(`
    const { stat } = await import('node:fs/promises')
    setTimeout(() => process.kill(process.pid, 'SIGTERM'), 10)
    for (const startMs = Date.now(); Date.now() < startMs + 4000;) await stat('/')
    writeLine('done')`)
  const code = new Promise((resolve) => command.once('exit', resolve))
  expect(await text(command.stdout ?? process.stdin)).toBe('done\n')
  expect(await code).toBe(0)
})

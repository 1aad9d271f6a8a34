import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { RunningCommand } from './running-command.ts'

async function startSignal(dir: string, origin: string): Promise<RunningCommand> {
  const place = ['--dir', dir, '--port', '0', '--loopback']
  return new RunningCommand(['signal', '--json', ...place, '--allow-origin', origin], {})
}

it('a signal server is asked by pages of the origins that its operator named, and of no other', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'skerry-test-'))
  await using signal = await startSignal(folder.path, 'https://files.example/')
  const { url } = await signal.until(({ event }) => event === 'ready')
  const allowedFor = async (origin: string): Promise<string | null> => {
    const { headers } = await fetch(`${String(url)}/v1/network`, { headers: { origin } })
    return headers.get('access-control-allow-origin')
  }
  expect(await allowedFor('https://files.example')).toBe('https://files.example')
  expect(await allowedFor('https://other.example')).toBeNull()
})

it('what is no origin is said to be none', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'skerry-test-'))
  await using signal = await startSignal(folder.path, 'files.example')
  expect((await signal.finish()).code).toBe(2)
})

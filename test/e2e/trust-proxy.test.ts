import { mkdtempDisposable, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { RunningCommand } from './running-command.ts'

const quick = ['--port', '0', '--with-parent', '--json']

function startSignal(dir: string, more: readonly string[]): RunningCommand {
  const place = ['--dir', join(dir, 'signal'), '--loopback']
  return new RunningCommand(['signal', ...place, ...quick, ...more], {})
}

async function startSeed(dir: string, signalUrl: string, proxy: string): Promise<RunningCommand> {
  const who = ['--jurisdiction', 'DE', '--operator', 'Nordlicht']
  const place = ['--dir', join(dir, 'signal'), '--url', signalUrl]
  await using command = new RunningCommand(['invite', '--json', ...who, ...place], {})
  const said = await command.until(({ event }) => event === 'invitation')
  const invitation = join(dir, 'invitation')
  await writeFile(invitation, String(said['invitation']))
  const own = ['--join', invitation, '--dir', join(dir, 'seed'), '--no-webrtc']
  return new RunningCommand(['seed', ...own, ...quick, '--trust-proxy', proxy], {})
}

async function urlOf(command: RunningCommand): Promise<string> {
  return String((await command.until(({ event }) => event === 'ready'))['url'])
}

/** How many more requests may come from this address, as the proxy on this machine says it. */
async function leftFor(address: string, url: string, method = 'GET'): Promise<number> {
  const response = await fetch(url, { method, headers: { 'x-forwarded-for': address } })
  return Number(response.headers.get('x-ratelimit-remaining'))
}

describe('behind a proxy that its operator named', () => {
  it('a signal server and a seed count the requests of each address', async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'skerry-proxy-'))
    await using signal = startSignal(folder.path, ['--trust-proxy', '192.0.2.1', '127.0.0.0/8'])
    const grants = `${await urlOf(signal)}/v1/grants`
    await using seed = await startSeed(folder.path, await urlOf(signal), '127.0.0.1')
    const share = `${await urlOf(seed)}/v1/shares/${'0'.repeat(64)}`
    for (const [url, method] of [
      [grants, 'POST'],
      [share, 'GET'],
    ] as const) {
      const first = await leftFor('198.51.100.1', url, method)
      expect(first).toBeGreaterThan(0)
      expect(await leftFor('198.51.100.1', url, method)).toBe(first - 1)
      expect(await leftFor('198.51.100.2', url, method)).toBe(first)
    }
  }, 60_000)

  it.each(['signal', 'seed'])('a %s says what is no address of a proxy', async (name) => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'skerry-proxy-'))
    const args = [
      name,
      '--dir',
      folder.path,
      ...quick,
      '--trust-proxy',
      '127.0.0.1',
      'proxy.example',
    ]
    await using command = new RunningCommand(args, {})
    const { code, said } = await command.finish()
    expect(code).toBe(2)
    expect(said[0]?.['message']).toContain('proxy.example')
  })
})

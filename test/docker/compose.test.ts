import { mkdtempDisposable, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { parseNetwork } from '../../protocol/http/signal-json.ts'
import { readDirectory, type Seed } from '../../protocol/record/directory.ts'
import { RunningCommand } from '../e2e/running-command.ts'

const compose = await readFile(new URL('../../docker-compose.yml', import.meta.url), 'utf8')

/** The command of a service, with its defaults where the environment says nothing. */
function commandOf(service: string): readonly string[] {
  const [, said = ''] = compose.split(`\n  ${service}:\n`)
  const [, command = ''] = /^ {4}command: (?:>-)?((?:.*\n)(?: {6}.*\n)*)/m.exec(said) ?? []
  const words = command.replaceAll(/\$\{\w+:-(.*?)\}/g, '$1').trim()
  return words.split(/\s+/)
}

/** As the file says, but in a folder and on a port of the test's. A later option replaces an earlier one. */
function start(service: string, dir: string, more: readonly string[] = []): RunningCommand {
  const place = ['--host', '127.0.0.1', '--port', '0', '--dir', join(dir, service), ...more]
  const quick = ['--directory-interval', '1s', '--with-parent', '--json']
  return new RunningCommand([...commandOf(service), ...place, ...quick], {})
}

async function invitationOf(signal: RunningCommand, dir: string, code: string): Promise<string> {
  const { url } = await signal.until(({ event }) => event === 'ready')
  const who = ['--jurisdiction', code, '--operator', `Operator ${code}`]
  const place = ['--dir', join(dir, 'signal'), '--url', String(url)]
  await using command = new RunningCommand(['invite', '--json', ...who, ...place], {})
  const { invitation } = await command.until(({ event }) => event === 'invitation')
  const file = join(dir, code)
  await writeFile(file, String(invitation))
  return file
}

async function listed(url: string): Promise<readonly Seed[]> {
  const { directory, key } = parseNetwork(await (await fetch(`${url}/v1/network`)).json())
  return readDirectory(directory, key).seeds
}

it('the network of docker-compose.yml takes its seeds, and lets its page ask them', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'skerry-compose-'))
  const dir = folder.path
  await using signal = start('signal', dir)
  const url = String((await signal.until(({ event }) => event === 'ready'))['url'])
  await using nz = start('seed-nz', dir, ['--join', await invitationOf(signal, dir, 'NZ')])
  await using de = start('seed-de', dir, ['--join', await invitationOf(signal, dir, 'DE')])
  for (const seed of [nz, de]) await seed.until(({ event }) => event === 'ready')
  const urls = async (): Promise<readonly (readonly string[])[]> =>
    (await listed(url)).map((seed) => seed.urls)
  await expect.poll(urls, { timeout: 20_000 }).toEqual(
    expect.arrayContaining([
      ['http://localhost:8081', 'http://seed-nz:8080'],
      ['http://localhost:8082', 'http://seed-de:8080'],
    ]),
  )
  const { headers } = await fetch(`${url}/v1/network`)
  expect(headers.get('content-security-policy')).toContain('http://localhost:*')
}, 60_000)

import { expect, it } from 'vitest'
import { RunningCommand } from './running-command.ts'

/** Nothing of a network is needed for it. */
async function errorOf(args: readonly string[], input = ''): Promise<unknown[]> {
  await using command = new RunningCommand([...args, '--json'], {}, { input })
  const { code, said } = await command.finish()
  return [code, said.at(-1)?.['code'], said.at(-1)?.['message']]
}

it.each([
  [['get', 'LINK', '--no-peers', '--keep-serving'], '--keep-serving'],
  [['get', 'LINK', '--no-peers', '--relay-only'], '--relay-only'],
  [['send', 'PATH', '--no-peers', '--relay-only'], '--relay-only'],
])('wrong use: %j contradicts itself', async (args, option) => {
  const message = `Option '${option}' cannot be used with option '--no-peers'. See skerry --help.`
  expect(await errorOf(args)).toEqual([2, 'USAGE', message])
})

it('wrong use: nothing a day is none', async () => {
  const [code, , message] = await errorOf(['get', 'LINK', '--daily', '0'])
  expect([code, message]).toEqual([2, expect.stringContaining('gigabytes above 0.')])
})

it.each(['help-share', 'delete'])('%s calls what is no token by that name', async (command) => {
  const args = [command, '--token-file', '-']
  const message =
    'This is not a Skerry token: it contains letters that no token has. Copy it again.'
  expect(await errorOf(args, 'what?')).toEqual([1, 'LINK_INVALID', message])
})

import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const SKERRY = fileURLToPath(new URL('../../skerry.ts', import.meta.url))

/** The help of a command, with its lines joined. */
async function helpOf(name: string): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [SKERRY, name, '--help'])
  return stdout.replaceAll(/\s+/g, ' ')
}

it.each([
  ['up', ['NZ,DE']],
  ['send', ['7d', '2', 'none', 'as much as they take']],
  ['get', ['10']],
  ['help-share', ['2', '10']],
  ['seed', ['8080']],
])('the help of %s shows its defaults as they are typed', async (name, defaults) => {
  const help = await helpOf(name)
  const shown = [...help.matchAll(/\(default: (.*?)\)/g)].map(([, text]) => text)
  for (const words of defaults) expect(shown).toContain(words)
  expect(shown.join(' ')).not.toMatch(/\[|\d{6}/)
})

import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const SKERRY = join(import.meta.dirname, '..', 'skerry.ts')

function skerry(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [SKERRY, ...args], { encoding: 'utf8' })
}

it.each(['', 'help nonsense'])('shows what there is, and nothing after it: skerry %s', (text) => {
  const { status, stderr } = skerry(...text.split(' ').filter(Boolean))
  expect(status).toBe(2)
  expect(stderr).toMatch(/^Usage: skerry/)
  expect(stderr).not.toMatch(/outputHelp|See skerry/)
})

it.each(['send', 'heal'])('takes the token of a network for members only: %s', (command) => {
  expect(skerry(command, '--help').stdout).toMatch(/--access-token-file/)
})

import { execFileSync } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { type Rule, rules, scatteredDependencies } from './structure/rules.ts'
import { parseSource } from './structure/source.ts'

const TRACKED_BYTES_MAX = 1024 * 1024

// What git knows or would take with the next `git add`: never node_modules, never what a test left behind.
const paths = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'])
  .toString()
  .split('\0')
  .filter((path) => path !== '' && statSync(path, { throwIfNoEntry: false })?.isFile() === true)

const sources = paths
  .filter((path) => path.endsWith('.ts'))
  .map((path) => parseSource(path, readFileSync(path, 'utf8')))

const table: readonly (readonly [string, Rule])[] = Object.entries(rules)

describe('the checkout', () => {
  it.each(table)('%s', (_title, rule) => {
    expect(sources.flatMap(rule)).toEqual([])
  })

  it('meets each risky dependency in one file of a part', () => {
    expect(scatteredDependencies(sources)).toEqual([])
  })

  it('holds no file above 1 MiB', () => {
    expect(paths.filter((path) => statSync(path).size > TRACKED_BYTES_MAX)).toEqual([])
  })

  it('was read at all', () => {
    expect(sources.map(({ path }) => path)).toContain('protocol/errors.ts')
  })
})

type Sample = readonly [complaint: string, path: string, text: string]

/** Sources that break a rule, and what the rule must answer. */
const broken = {
  'a part imports only what stands below it': [
    ['protocol/a.ts imports seed/b.ts', 'protocol/a.ts', "import { b } from '../seed/b.ts'"],
    ['signal/a.ts imports client/b.ts', 'signal/a.ts', "import type { B } from '../client/b.ts'"],
    ['seed/a.ts imports client/cli/b.ts', 'seed/a.ts', "void import('../client/cli/b.ts')"],
    ['client/ui/a.ts imports seed/b.ts', 'client/ui/a.ts', "type A = import('../../seed/b.ts').B"],
    ['client/a.ts imports test/b.ts', 'client/a.ts', "export * from '../test/b.ts'"],
    ['seed/a.ts imports skerry.ts', 'seed/a.ts', "import '../skerry.ts'"],
  ],
  'protocol uses pure dependencies only': [
    ['protocol/a.ts imports node:fs', 'protocol/a.ts', "import 'node:fs'"],
    [
      'protocol/x/a.ts imports @noblesse/ok',
      'protocol/x/a.ts',
      "import { ok } from '@noblesse/ok'",
    ],
  ],
  'protocol asks no clock, timer, randomness or world': [
    ['protocol/a.ts:2 says setTimeout', 'protocol/a.ts', 'let a\nsetTimeout(a, 1)'],
    ['protocol/a.ts:1 says setInterval', 'protocol/a.ts', 'const a = { setInterval }'],
    ['protocol/a.ts:1 says Date.now', 'protocol/a.ts', 'const a = (nowMs = Date.now) => nowMs()'],
    ['protocol/a.ts:1 says new Date()', 'protocol/a.ts', 'const a = new Date()'],
    ['protocol/a.ts:1 says Math.random', 'protocol/a.ts', 'const a = Math.random()'],
    ['protocol/a.ts:1 says .getRandomValues', 'protocol/a.ts', 'crypto.getRandomValues(a)'],
    ['protocol/a.ts:1 says randomBytes', 'protocol/a.ts', "import { randomBytes as a } from 'b'"],
    ['protocol/a.ts:1 says fetch', 'protocol/a.ts', 'globalThis.fetch(a)'],
    ['protocol/a.ts:1 says window', 'protocol/a.ts', 'if (typeof window) a()'],
    ['protocol/a.ts:1 says document', 'protocol/a.ts', 'const a = document.title'],
    ['protocol/a.ts:1 says process', 'protocol/a.ts', 'const { env } = process'],
    ['protocol/a.ts:2 says self', 'protocol/a.ts', 'const a = ({ self }) => self\na(self)'],
    ['protocol/a.ts:1 says fetch', 'protocol/a.ts', 'const { fetch } = globalThis'],
  ],
  'the engine runs anywhere': [
    ['client/engine/a.ts imports node:fs', 'client/engine/a.ts', "import 'node:fs'"],
    ['client/engine/a.ts imports client/b.ts', 'client/engine/a.ts', "import '../b.ts'"],
    ['client/engine/a.ts:1 says process', 'client/engine/a.ts', 'process.exit()'],
    ['client/engine/a.ts:1 says Buffer', 'client/engine/a.ts', "const a = Buffer.from('b')"],
  ],
  'a component draws what it is told': [
    ['client/ui/a.ts imports client/worker/b.ts', 'client/ui/a.ts', "import '../worker/b.ts'"],
    [
      'client/ui/a.ts imports protocol/chunk.ts',
      'client/ui/a.ts',
      "import { b } from '../../protocol/chunk.ts'",
    ],
  ],
  'a risky dependency has one home': [
    ['client/a.ts imports simple-peer', 'client/a.ts', "import Peer from 'simple-peer'"],
    ['client/a.ts imports simple-peer/b.js', 'client/a.ts', "import 'simple-peer/b.js'"],
    [
      'seed/a.ts imports node-datachannel/polyfill',
      'seed/a.ts',
      "void import('node-datachannel/polyfill')",
    ],
    ['seed/a.ts imports level', 'seed/a.ts', "import { Level } from 'level'"],
    ['protocol/a.ts imports @noble/curves/b.js', 'protocol/a.ts', "import '@noble/curves/b.js'"],
  ],
  'a cast stands where foreign data is parsed': [
    ['seed/a.ts:2 says "as"', 'seed/a.ts', 'let a\na = 1 as B'],
    ['seed/a.ts:1 says "as"', 'seed/a.ts', 'function read() { return a as B }'],
    ['seed/a.ts:2 says "as"', 'seed/a.ts', 'const a = { parse(b) { return b } }\na as B'],
  ],
  'a file stops at 300 lines': [['seed/a.ts has 301 lines', 'seed/a.ts', 'a()\n'.repeat(301)]],
  'a file defines something': [
    [
      'seed/index.ts only forwards',
      'seed/index.ts',
      "export * from './a.ts'\nexport { b } from './b.ts'",
    ],
  ],
  'nothing is exported as default': [
    ['seed/a.ts has a default export', 'seed/a.ts', 'export default 1'],
    ['seed/a.config.ts has a default export', 'seed/a.config.ts', 'export default 1'],
    ['seed/a.ts has a default export', 'seed/a.ts', 'const a = 1\nexport { a as default }'],
  ],
  'a file is named for what it holds': [
    ['seed/utils.ts says nothing', 'seed/utils.ts', 'a()'],
    ['seed/helpers/a.ts says nothing', 'seed/helpers/a.ts', 'a()'],
  ],
} as const satisfies Record<keyof typeof rules, readonly Sample[]>

describe.each(table)('the rule "%s"', (title, rule) => {
  const samples: readonly Sample[] =
    Object.entries(broken).find(([key]) => key === title)?.[1] ?? []

  it.each(samples)('catches: %s', (complaint, path, text) => {
    expect(rule(parseSource(path, text))).toEqual([complaint])
  })
})

/** Sources no rule may complain about, however close they come. */
it.each([
  [
    'protocol/a.ts',
    "import { b } from './b.ts'\nimport '@noble/hashes/b.js'\nb.fetch({ window: 1 })",
  ],
  ['protocol/a.ts', "export const a = new Date(0).toISOString() + 'setTimeout' // Date.now()"],
  ['protocol/a.ts', 'export type A = { process: Window }\nexport const a = b.document'],
  [
    'protocol/a.ts',
    'class A { constructor({ self, b: [fetch = 1] }) { this.self = self + fetch } }',
  ],
  ['protocol/a.ts', 'function process(...window) { const a = () => window\nprocess(a) }'],
  ['client/engine/net/rtc.ts', "import Peer from 'simple-peer'\nexport const a = new Peer()"],
  ['seed/a.ts', "import '../client/engine/b.ts'\nimport '../protocol/b.ts'"],
  ['seed/a.ts', 'const a = [1] as const\nfunction parseB(b) { return b.map((c) => c as D) }'],
  ['seed/index.ts', "export * from './a.ts'\nexport const b = 1"],
  ['skerry.ts', "import './seed/a.ts'\nimport './signal/a.ts'\nimport './client/cli/a.ts'"],
  ['vitest.config.ts', 'export default { a: 1 }'],
])('no rule catches %s: %s', (path, text) => {
  expect(table.flatMap(([, rule]) => rule(parseSource(path, text)))).toEqual([])
})

it('catches a risky dependency in two files of a part that both may hold it', () => {
  const users = ['seed/a.ts', 'seed/b.ts', 'signal/c.ts'].map((path) =>
    parseSource(path, "import { Registry } from 'prom-client'"),
  )
  expect(scatteredDependencies(users)).toEqual(['prom-client is imported in seed/a.ts, seed/b.ts'])
})

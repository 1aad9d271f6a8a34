import { posix } from 'node:path'
import type { Source } from './source.ts'

/** A rule of ARCHITECTURE.md or CONTRIBUTING.md: what it complains about in one file, as whole sentences. */
export type Rule = (source: Source) => string[]

const LINES_MAX = 300

/** Who may import whom: the part a file is in, and the folders it may reach. */
const reach = {
  protocol: ['protocol/'],
  signal: ['signal/', 'protocol/'],
  client: ['client/', 'protocol/'],
  seed: ['seed/', 'protocol/', 'client/engine/'],
} as const satisfies Record<string, readonly string[]>

/** What `protocol` may use besides itself: none of them touches anything but its arguments. */
const pureDependencies = /^(@noble\/|@scure\/|valibot$)/

/** Clocks, timers, randomness, and everything that reaches out. */
const impureWords = new Set(
  [
    'Date.now new Date() performance setTimeout setInterval setImmediate queueMicrotask',
    'requestAnimationFrame Math.random .getRandomValues .randomUUID randomBytes .randomBytes',
    'randomUUID .randomSecretKey .randomPrivateKey .keygen managedNonce fetch WebSocket',
    'XMLHttpRequest RTCPeerConnection Worker window document navigator location localStorage',
    'indexedDB self process Buffer console require',
  ].flatMap((line) => line.split(/ (?!Date\()/)),
)

/** What only Node has, and what only a page has: the engine runs in both, and in workers. */
const platformWords = new Set(
  'process Buffer require window document localStorage RTCPeerConnection'.split(' '),
)

/** Dependencies that may change under us: each is met in one place, so that it can be replaced there. */
const homes = {
  '@noble/ciphers': /^protocol\/crypto\/engine\.ts$/,
  '@noble/curves': /^protocol\/crypto\/ed25519\.ts$/,
  'cli-progress': /^client\//,
  'client-zip': /^client\//,
  'prom-client': /^(seed|signal)\//,
  'node-datachannel': /^skerry-webrtc\.ts$/,
  'simple-peer': /^client\/engine\/net\/rtc\.ts$/,
  commander: /^(skerry\.ts|client\/cli\/)/,
  level: /^seed\/catalog/,
} as const satisfies Record<string, RegExp>

/** Each rule by the sentence it stands for. */
export const rules = {
  'a part imports only what stands below it': (source) => {
    const part = partOf(source.path)
    if (part === undefined) return []
    return localImports(source)
      .filter((target) => !reach[part].some((folder) => target.startsWith(folder)))
      .map((target) => `${source.path} imports ${target}`)
  },

  'protocol uses pure dependencies only': (source) => {
    if (partOf(source.path) !== 'protocol') return []
    return packageImports(source)
      .filter((name) => !pureDependencies.test(name))
      .map((name) => `${source.path} imports ${name}`)
  },

  'protocol asks no clock, timer, randomness or world': (source) => {
    if (partOf(source.path) !== 'protocol') return []
    return source.words
      .filter(({ word }) => impureWords.has(word))
      .map(({ word, line }) => `${source.path}:${line} says ${word}`)
  },

  'the engine runs anywhere': (source) => {
    if (!isEngine(source.path)) return []
    const targets = [...packageImports(source), ...localImports(source)]
    const strange = targets.filter(
      (target) => target.startsWith('node:') || /^client\/(?!engine\/)/.test(target),
    )
    const words = source.words.filter(({ word }) => platformWords.has(word))
    return [
      ...strange.map((target) => `${source.path} imports ${target}`),
      ...words.map(({ word, line }) => `${source.path}:${line} says ${word}`),
    ]
  },

  'a component draws what it is told': ({ path, loads }) => {
    if (!path.startsWith('client/ui/')) return []
    return localImports({ path, imports: loads })
      .filter((target) => !/^(client\/(ui|page)\/|client\/words|protocol\/limits)/.test(target))
      .map((target) => `${path} imports ${target}`)
  },

  'a risky dependency has one home': (source) => {
    if (isTest(source.path)) return []
    return packageImports(source).flatMap((name) => {
      const risky = Object.entries(homes).find(([home]) => `${name}/`.startsWith(`${home}/`))
      if (risky === undefined || risky[1].test(source.path)) return []
      return [`${source.path} imports ${name}`]
    })
  },

  'a cast stands where foreign data is parsed': (source) => {
    if (isTest(source.path)) return []
    return source.casts
      .filter(({ inside }) => !/^#?(parse|decode)|Schema$/.test(inside ?? ''))
      .map(({ line }) => `${source.path}:${line} says "as"`)
  },

  'a file stops at 300 lines': ({ path, lineCount }) =>
    lineCount > LINES_MAX ? [`${path} has ${lineCount} lines`] : [],

  'a file defines something': ({ path, isForwarding }) =>
    isForwarding ? [`${path} only forwards`] : [],

  'nothing is exported as default': ({ path, hasDefaultExport }) =>
    hasDefaultExport && !/^[a-z]+\.config\.ts$/.test(path) ? [`${path} has a default export`] : [],

  'a file is named for what it holds': ({ path }) =>
    /(^|\/)(utils?|helpers?|misc|common)(\.ts$|\/)/.test(path) ? [`${path} says nothing`] : [],
} as const satisfies Record<string, Rule>

/**
 * Across files: a risky dependency stands in exactly one of the files it may stand in; two parts of which none
 * may import the other have one each.
 */
export function scatteredDependencies(sources: readonly Source[]): string[] {
  return Object.keys(homes).flatMap((home) => {
    const users = sources.filter(
      (source) =>
        !isTest(source.path) &&
        packageImports(source).some((name) => `${name}/`.startsWith(`${home}/`)),
    )
    return [...Map.groupBy(users, ({ path }) => partOf(path)).values()]
      .filter(({ length }) => length > 1)
      .map((group) => `${home} is imported in ${group.map(({ path }) => path).join(', ')}`)
  })
}

type Part = keyof typeof reach

function partOf(path: string): Part | undefined {
  const folder = path.slice(0, path.indexOf('/'))
  return isPart(folder) ? folder : undefined
}

function isPart(folder: string): folder is Part {
  return Object.hasOwn(reach, folder)
}

/** simple-peer asks for a page, and its one file is there to keep that from the rest. */
function isEngine(path: string): boolean {
  return path.startsWith('client/engine/') && path !== 'client/engine/net/rtc.ts'
}

function isTest(path: string): boolean {
  return path.startsWith('test/')
}

/** From the root of the checkout. */
function localImports({ path, imports }: Pick<Source, 'path' | 'imports'>): string[] {
  return imports
    .filter((target) => target.startsWith('.'))
    .map((target) => posix.join(posix.dirname(path), target))
}

function packageImports({ imports }: Source): string[] {
  return imports.filter((target) => !target.startsWith('.'))
}

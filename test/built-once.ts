import { createHash } from 'node:crypto'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const cache = join(root, '.cache')

const LOCK_STALE_MS = 60_000
const LOCK_PAUSE_MS = 100
/** Nobody is served from a build of that age. */
const BUILD_OLD_MS = 3_600_000

export type BuiltSite = Readonly<{
  /** Of the site, and of the files that keep track of it. */
  name: string
  /** Files and folders it is made of. */
  sources: readonly string[]
  build: (outDir: string) => Promise<void>
}>

/**
 * Sees to a built site in `folder`: built once for all test files that run at the same time, and again only after
 * its sources changed. Files of an earlier build stay, because somebody may be served from them.
 */
export async function builtOnce(folder: string, site: BuiltSite): Promise<void> {
  await locked(site.name, async () => {
    const stampFile = join(cache, `${site.name}-stamp`)
    const stamp = await stampOf(site.sources)
    const before = await readFile(stampFile, 'utf8').catch(() => '')
    if ((await isThere(folder)) && before === stamp) return
    await buildInto(folder, site)
    await writeFile(stampFile, stamp)
  })
}

/** The same for a site that only tests see. @returns Its folder, which holds this build and nothing else. */
export async function builtInCache(site: BuiltSite): Promise<string> {
  const all = join(cache, site.name)
  return locked(site.name, async () => {
    const folder = join(all, await stampOf(site.sources))
    if (await isThere(folder)) return folder
    await removeOld(all)
    await buildInto(folder, site)
    return folder
  })
}

async function removeOld(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const { mtimeMs } = await stat(join(folder, name))
    const isOld = Date.now() - mtimeMs > BUILD_OLD_MS
    if (isOld) await rm(join(folder, name), { recursive: true, force: true })
  }
}

async function buildInto(folder: string, { name, build }: BuiltSite): Promise<void> {
  const outDir = await mkdtemp(join(cache, `${name}-`))
  try {
    await asInProduction(() => build(outDir))
    // What the page names is there before the page is.
    await cp(join(outDir, 'assets'), join(folder, 'assets'), { recursive: true })
    await cp(outDir, folder, { recursive: true })
  } finally {
    await rm(outDir, { recursive: true, force: true })
  }
}

/** Libraries come in two kinds, and the test runner asks for the other one. */
export async function asInProduction(work: () => Promise<void>): Promise<void> {
  const before = process.env['NODE_ENV']
  process.env['NODE_ENV'] = 'production'
  try {
    await work()
  } finally {
    if (before === undefined) delete process.env['NODE_ENV']
    else process.env['NODE_ENV'] = before
  }
}

async function isThere(folder: string): Promise<boolean> {
  return stat(join(folder, 'index.html')).then(
    () => true,
    () => false,
  )
}

/** Changes whenever a source does. */
async function stampOf(paths: readonly string[]): Promise<string> {
  const hash = createHash('sha256')
  for (const path of paths) {
    const whole = join(root, path)
    const isFolder = (await stat(whole)).isDirectory()
    const names = isFolder ? await readdir(whole, { recursive: true }) : ['']
    for (const name of names.toSorted()) {
      const { mtimeMs, size } = await stat(join(whole, name))
      hash.update(`${path}/${name} ${mtimeMs} ${size}\n`)
    }
  }
  return hash.digest('hex')
}

async function locked<T>(name: string, work: () => Promise<T>): Promise<T> {
  await mkdir(cache, { recursive: true })
  const lock = join(cache, `${name}-lock`)
  await takeLock(lock)
  try {
    return await work()
  } finally {
    await rm(lock, { recursive: true, force: true })
  }
}

async function takeLock(lock: string): Promise<void> {
  for (;;) {
    try {
      await mkdir(lock)
      return
    } catch {
      // Whoever has it is building; one that was killed in the middle has it no longer.
      const { mtimeMs } = await stat(lock).catch(() => ({ mtimeMs: Date.now() }))
      if (Date.now() - mtimeMs > LOCK_STALE_MS) await rm(lock, { recursive: true, force: true })
      await new Promise((resolve) => setTimeout(resolve, LOCK_PAUSE_MS))
    }
  }
}

import { createHash } from 'node:crypto'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createBuilder } from 'vite'

const root = join(import.meta.dirname, '..', '..')
const dist = join(root, 'dist')
const cache = join(root, '.cache')
const stampFile = join(cache, 'page-stamp')
const lockFolder = join(cache, 'page-lock')
const sources = ['client', 'protocol', 'vite.config.ts', 'package-lock.json']

const LOCK_STALE_MS = 60_000
const LOCK_PAUSE_MS = 100

/**
 * Sees to the page in `dist`, as people get it: built once for all test files that run at the same time, and again
 * only after its sources changed. Files of an earlier build stay, because somebody may be served from them.
 */
export async function builtPage(): Promise<void> {
  await mkdir(cache, { recursive: true })
  await takeLock()
  try {
    const stamp = await stampOf(sources)
    const before = await readFile(stampFile, 'utf8').catch(() => '')
    const isThere = await stat(join(dist, 'index.html')).then(
      () => true,
      () => false,
    )
    if (isThere && before === stamp) return
    await build()
    await writeFile(stampFile, stamp)
  } finally {
    await rm(lockFolder, { recursive: true, force: true })
  }
}

async function build(): Promise<void> {
  const outDir = await mkdtemp(join(cache, 'page-'))
  const before = process.env['NODE_ENV']
  // Libraries come in two kinds, and the test runner asks for the other one.
  process.env['NODE_ENV'] = 'production'
  try {
    const builder = await createBuilder({
      configFile: join(root, 'vite.config.ts'),
      root: join(root, 'client'),
      logLevel: 'error',
      build: { outDir },
      environments: { serviceWorker: { build: { outDir } } },
    })
    await builder.buildApp()
    await cp(join(outDir, 'assets'), join(dist, 'assets'), { recursive: true })
    await cp(outDir, dist, { recursive: true })
  } finally {
    if (before === undefined) delete process.env['NODE_ENV']
    else process.env['NODE_ENV'] = before
    await rm(outDir, { recursive: true, force: true })
  }
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

async function takeLock(): Promise<void> {
  for (;;) {
    try {
      await mkdir(lockFolder)
      return
    } catch {
      // Whoever has it is building; one that was killed in the middle has it no longer.
      const { mtimeMs } = await stat(lockFolder).catch(() => ({ mtimeMs: Date.now() }))
      if (Date.now() - mtimeMs > LOCK_STALE_MS)
        await rm(lockFolder, { recursive: true, force: true })
      await new Promise((resolve) => setTimeout(resolve, LOCK_PAUSE_MS))
    }
  }
}

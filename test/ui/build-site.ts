import { join } from 'node:path'
import { build, createBuilder, type Plugin } from 'vite'

const root = join(import.meta.dirname, '..', '..')
const ENGINE = 'worker/worker.ts?worker&url'

/** Builds the components with the gallery's page into `outDir`: never part of what is served to people. */
export async function buildGallery(outDir: string): Promise<void> {
  await asInProduction(async () => {
    await build({
      root: join(root, 'test/ui/gallery'),
      configFile: false,
      logLevel: 'warn',
      publicDir: join(root, 'client/public'),
      build: { outDir, emptyOutDir: true, target: 'es2022', modulePreload: false, minify: false },
    })
  })
}

/** Builds the page that people get, as they get it, but with a worker that says what a test tells it to. */
export async function buildPage(outDir: string): Promise<void> {
  await asInProduction(async () => {
    const builder = await createBuilder({
      configFile: join(root, 'vite.config.ts'),
      root: join(root, 'client'),
      logLevel: 'warn',
      plugins: [scriptedEngine()],
      build: { outDir },
    })
    await builder.buildApp()
  })
}

function scriptedEngine(): Plugin {
  return {
    name: 'scripted-engine',
    enforce: 'pre',
    resolveId(id) {
      if (!id.endsWith(ENGINE)) return undefined
      return join(root, 'test/ui/shell/scripted-worker.ts?worker&url')
    },
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

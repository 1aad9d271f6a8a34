import { join } from 'node:path'
import { build, createBuilder, type Plugin } from 'vite'
import { builtInCache, type BuiltSite } from '../built-once.ts'

const root = join(import.meta.dirname, '..', '..')
const ENGINE = 'worker/worker.ts?worker&url'
const sources = ['client', 'protocol', 'test/ui', 'vite.config.ts', 'package-lock.json']

/** The components with the gallery's page: never part of what is served to people. */
const gallery: BuiltSite = {
  name: 'gallery',
  sources,
  build: async (outDir) => {
    await build({
      root: join(root, 'test/ui/gallery'),
      configFile: false,
      logLevel: 'warn',
      publicDir: join(root, 'client/public'),
      build: { outDir, emptyOutDir: true, target: 'es2022', modulePreload: false, minify: false },
    })
  },
}

/** The page that people get, as they get it, but with a worker that says what a test tells it to. */
const scriptedPage: BuiltSite = {
  name: 'scripted-page',
  sources,
  build: async (outDir) => {
    const builder = await createBuilder({
      configFile: join(root, 'vite.config.ts'),
      root: join(root, 'client'),
      logLevel: 'warn',
      plugins: [scriptedEngine()],
      build: { outDir },
    })
    await builder.buildApp()
  },
}

/** @returns The folder that the built files are in. */
export function builtSite(kind: 'gallery' | 'page'): Promise<string> {
  return builtInCache(kind === 'gallery' ? gallery : scriptedPage)
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

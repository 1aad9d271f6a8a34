import { join } from 'node:path'
import { createBuilder } from 'vite'
import { builtOnce } from '../built-once.ts'

const root = join(import.meta.dirname, '..', '..')

/** Sees to the page in `dist`, as people get it. */
export function builtPage(): Promise<void> {
  return builtOnce(join(root, 'dist'), {
    name: 'page',
    sources: ['client', 'protocol', 'vite.config.ts', 'package-lock.json'],
    build: async (outDir) => {
      const builder = await createBuilder({
        configFile: join(root, 'vite.config.ts'),
        root: join(root, 'client'),
        logLevel: 'error',
        build: { outDir },
        environments: { serviceWorker: { build: { outDir } } },
      })
      await builder.buildApp()
    },
  })
}

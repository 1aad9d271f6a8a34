import { join } from 'node:path'
import { build } from 'vite'

const root = import.meta.dirname
const client = join(root, '../../../client')

/** Builds the components with the gallery's page into `outDir`: never part of what is served to people. */
export async function buildGallery(outDir: string): Promise<void> {
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    publicDir: join(client, 'public'),
    build: { outDir, emptyOutDir: true, target: 'es2022', modulePreload: false, minify: false },
  })
}

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { defineConfig, type Plugin } from 'vite'

/**
 * The page: `client/index.html` and what it imports, built into `dist`, which the signal server serves.
 *
 * It is served under a policy that runs and styles nothing but files of its own origin, so nothing may be
 * written into the page itself: no inline script, no inline style, no `data:` picture.
 */
export default defineConfig({
  root: 'client',
  plugins: [withoutIndents(), compression()],
  build: {
    outDir: '../dist',
    emptyOutDir: true,
    target: 'es2022',
    // Older targets would have the two schemes of every colour written out as fallbacks.
    cssTarget: ['chrome123', 'firefox121', 'safari17.5'],
    assetsInlineLimit: 0,
    // Its polyfill would be one more script for browsers that are too old for the page.
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  worker: { format: 'es' },
  // `vite build` makes each of the environments, in this order.
  builder: {},
  environments: {
    client: {},
    serviceWorker: {
      consumer: 'client',
      build: {
        outDir: '../dist',
        emptyOutDir: false,
        copyPublicDir: false,
        rolldownOptions: {
          input: 'client/service-worker/sw.ts',
          // A fixed name at the root: it governs the whole page, and the browser asks for it by that name.
          output: { format: 'iife', entryFileNames: 'sw.js' },
        },
      },
    },
  },
})

/** In templates the minifier keeps every space; those before a line mean nothing in markup and styles. */
function withoutIndents(): Plugin {
  return {
    name: 'without-indents',
    apply: 'build',
    transform: {
      filter: { id: /\/client\/ui\/.*\.ts$/ },
      handler: (code) => ({ code: code.replaceAll(/\n +/g, '\n') }),
    },
  }
}

/** Of all that a visitor loads before they act: the page starts its workers at once. */
let scriptBytes = 0

/** Writes each file compressed beside itself, as the server hands it out, and prints what scripts weigh. */
function compression(): Plugin {
  return {
    name: 'compression',
    apply: 'build',
    async writeBundle({ dir = '' }, bundle) {
      for (const file of Object.values(bundle)) {
        if (!/\.(js|css|html|svg)$/.test(file.fileName)) continue
        const bytes = Buffer.from(file.type === 'chunk' ? file.code : file.source)
        const gzip = gzipSync(bytes, { level: 9 })
        await writeFile(join(dir, `${file.fileName}.gz`), gzip)
        await writeFile(join(dir, `${file.fileName}.br`), brotliCompressSync(bytes))
        if (!file.fileName.endsWith('.js')) continue
        scriptBytes += gzip.length
        const sum = `${formatSize(scriptBytes)} compressed so far`
        this.info(`${formatSize(gzip.length)}  ${file.fileName}, scripts are ${sum}`)
      }
    },
  }
}

function formatSize(bytes: number): string {
  return `${(bytes / 1000).toFixed(1).padStart(5)} kB`
}

import { gzipSync } from 'node:zlib'
import { defineConfig, type Plugin } from 'vite'

/**
 * The page: `client/index.html` and what it imports, built into `dist`, which the signal server serves.
 *
 * It is served under a policy that runs and styles nothing but files of its own origin, so nothing may be
 * written into the page itself: no inline script, no inline style, no `data:` picture.
 */
export default defineConfig({
  root: 'client',
  plugins: [scriptSizes()],
  build: {
    outDir: '../dist',
    emptyOutDir: true,
    target: 'es2022',
    // Older targets would have the two schemes of every colour written out as fallbacks.
    cssTarget: ['chrome123', 'firefox121', 'safari17.5'],
    assetsInlineLimit: 0,
    modulePreload: false,
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

/** Prints what a visitor loads before they act. Workers are part of it: the page starts them at once. */
function scriptSizes(): Plugin {
  let total = 0
  return {
    name: 'script-sizes',
    apply: 'build',
    writeBundle(_options, bundle) {
      for (const file of Object.values(bundle)) {
        if (!file.fileName.endsWith('.js')) continue
        const bytes = gzipSync(file.type === 'chunk' ? file.code : file.source).length
        total += bytes
        const line = `${(bytes / 1000).toFixed(1).padStart(6)} kB  ${file.fileName}`
        this.info(`${line}, all scripts so far ${(total / 1000).toFixed(1)} kB compressed`)
      }
    },
  }
}

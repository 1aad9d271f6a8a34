import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { defineConfig, type Plugin } from 'vite'

/** What an entry imports is one file with it. */
const INITIAL = { name: 'base', tags: ['$initial' as const] }
/** And so is what receives with what it imports, though sending uses much of that, too. */
const RECEIVING = { name: 'receive', test: /page-receive\.ts$/ }

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
  // simple-peer comes bundled and asks for a `require` that no browser has.
  define: { require: 'undefined' },
  worker: { format: 'es', rolldownOptions: { output: inFiles([INITIAL, RECEIVING]) } },
  // `vite build` makes each of the environments, in this order.
  builder: { sharedConfigBuild: true },
  environments: {
    client: { build: { rolldownOptions: { output: inFiles([INITIAL]) } } },
    serviceWorker: {
      consumer: 'client',
      build: {
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

/** By default, whatever two parts use becomes a file of its own, and small files do not compress well. */
function inFiles<Group>(groups: Group[]) {
  return { codeSplitting: { groups } }
}

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

/** What is loaded before a visitor to the start page acts; the page starts its workers at once. */
const FIRST = /^(assets\/(index|send-view|worker)-.*|sw)\.js$/
const IMPORT = /\b(?:from|import)"\.\/([^"]+)"/g
let firstBytes = 0

/** Writes each file compressed beside itself, as the server hands it out, and prints what scripts weigh. */
function compression(): Plugin {
  return {
    name: 'compression',
    apply: 'build',
    async writeBundle({ dir = '' }, bundle) {
      const files = Object.values(bundle).map((file) => {
        return { name: file.fileName, body: file.type === 'chunk' ? file.code : file.source }
      })
      for (const { name, body } of files) {
        if (!/\.(js|css|html|svg)$/.test(name)) continue
        await writeFile(join(dir, `${name}.gz`), gzipSync(body, { level: 9 }))
        await writeFile(join(dir, `${name}.br`), brotliCompressSync(body))
      }
      const scripts = new Map(files.map(({ name, body }) => [name, String(body)]))
      for (const name of firstScripts(scripts)) {
        const bytes = gzipSync(scripts.get(name) ?? '', { level: 9 }).length
        firstBytes += bytes
        this.info(
          `${formatSize(bytes)} of ${formatSize(firstBytes)} before a visitor acts: ${name}`,
        )
      }
    },
  }
}

/** Those that are first, and what they import. */
function firstScripts(scripts: ReadonlyMap<string, string>): Set<string> {
  const found = new Set([...scripts.keys()].filter((name) => FIRST.test(name)))
  // A set that grows while it is walked is walked to its end.
  for (const name of found) {
    for (const [, part = ''] of (scripts.get(name) ?? '').matchAll(IMPORT))
      found.add(`assets/${part}`)
  }
  return found
}

function formatSize(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`
}

import { defineConfig } from 'vite'

/** The page: `client/index.html` and what it imports, built into `dist`, which the signal server serves. */
export default defineConfig({
  root: 'client',
  build: { outDir: '../dist', emptyOutDir: true, target: 'es2022' },
})

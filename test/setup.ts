import { join } from 'node:path'
import { BROWSER_MISSING, findBrowser, installBrowser } from './browser.ts'

const CACHE = join(import.meta.dirname, '..', '.cache', 'compile')

/** Once before all tests: sees to a browser, so that no test of the page has to. */
export function setup(): void {
  // Hundreds of processes start with the same modules, and compiling them is most of what a short one does.
  process.env['NODE_COMPILE_CACHE'] ??= CACHE
  const browser = findBrowser() ?? installBrowser()
  if (browser === undefined) process.stderr.write(`${BROWSER_MISSING}\n`)
}

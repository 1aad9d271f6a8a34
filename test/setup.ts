import { BROWSER_MISSING, findBrowser, installBrowser } from './browser.ts'

/** Once before all tests: sees to a browser, so that no test of the page has to. */
export function setup(): void {
  const browser = findBrowser() ?? installBrowser()
  if (browser === undefined) process.stderr.write(`${BROWSER_MISSING}\n`)
}

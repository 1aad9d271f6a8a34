import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { type Browser, chromium } from 'playwright'

// The first is the same browser without windows and menus: it takes half the time to start and to draw.
const names = [
  'chromium-headless-shell',
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
]
const MAC_CHROME = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'
const APT_COMMAND =
  'apt-get update -q && apt-get install -yq --no-install-recommends chromium-headless-shell'

export const BROWSER_MISSING =
  'No Chromium found, so tests of the page will fail. Install one (Debian: apt-get install chromium-headless-shell; ' +
  'elsewhere: npx playwright install chromium), or name it in SKERRY_BROWSER.'

/** The Chromium to test with: the one named in SKERRY_BROWSER, else an installed one, else Playwright's. */
export function findBrowser(): string | undefined {
  const { SKERRY_BROWSER: named, PATH = '' } = process.env
  if (named !== undefined && named !== '') return named
  const installed = PATH.split(delimiter).flatMap((folder) =>
    names.map((name) => join(folder, name)),
  )
  return [...installed, MAC_CHROME, chromium.executablePath()].find((path) => existsSync(path))
}

/** Debian gives root a browser in one command; on any other machine that is for a person to decide. */
export function installBrowser(): string | undefined {
  if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) return undefined
  process.stderr.write(`No Chromium found: ${APT_COMMAND}\n`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  // What apt says goes to our standard error, because a reporter may own standard output.
  spawnSync('sh', ['-c', APT_COMMAND], { env, stdio: ['ignore', 2, 2] })
  return findBrowser()
}

/**
 * @param wrap - Of the program, what is started instead of it.
 * @param args - What it is started with besides.
 * @throws {Error} that says how to get a browser, where there is none.
 */
export async function launchBrowser(
  wrap = (path: string): string | Promise<string> => path,
  args: readonly string[] = [],
): Promise<Browser> {
  const path = findBrowser()
  if (path === undefined) throw new Error(BROWSER_MISSING)
  return chromium.launch({ executablePath: await wrap(path), args: [...args] })
}

import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { type Browser, launch } from 'puppeteer-core'

const names = ['firefox-esr', 'firefox']
/** The first start of a browser on a busy machine. */
const START_MS = 90_000
const MAC_FIREFOX = '/Applications/Firefox.app/Contents/MacOS/firefox'

/** The Firefox to test with: the one named in SKERRY_FIREFOX, else an installed one. */
export function findFirefox(): string | undefined {
  const { SKERRY_FIREFOX: named, PATH = '' } = process.env
  if (named !== undefined && named !== '') return named
  const installed = PATH.split(delimiter).flatMap((folder) =>
    names.map((name) => join(folder, name)),
  )
  return [...installed, MAC_FIREFOX].find((path) => existsSync(path))
}

/** Starts it with a profile of its own, without a window; what it saves goes to a folder without asking. */
export async function launchFirefox(executablePath: string, downloads: string): Promise<Browser> {
  return launch({
    browser: 'firefox',
    executablePath,
    headless: true,
    timeout: START_MS,
    extraPrefsFirefox: {
      'browser.download.dir': downloads,
      'browser.download.folderList': 2,
      'browser.download.useDownloadDir': true,
      'browser.download.always_ask_before_handling_new_types': false,
    },
  })
}

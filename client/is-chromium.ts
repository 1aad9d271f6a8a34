/** For what only Chromium does so, and no test of a feature tells. */
export function isChromium(): boolean {
  return /\bChrom(?:e|ium)\//.test(navigator.userAgent)
}

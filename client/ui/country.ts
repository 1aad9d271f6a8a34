const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'code' })

/** `Germany` for `DE`; the code itself if the browser does not know it. */
export function countryName(jurisdiction: string): string {
  try {
    return names.of(jurisdiction) ?? jurisdiction
  } catch {
    // Not a code: shown as it came.
    return jurisdiction
  }
}

/** `Germany and New Zealand`. */
export function countryList(jurisdictions: readonly string[]): string {
  const words = [...new Set(jurisdictions)].map(countryName).toSorted()
  return new Intl.ListFormat('en', { type: 'conjunction' }).format(words)
}

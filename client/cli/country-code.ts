import { isJurisdiction } from '../../protocol/jurisdiction.ts'

/** Have a code and a name and are no country of ISO 3166: no seed is in one, so denying them denies nothing. */
const notCountries = new Set('AC CP CQ DG EA EU EZ IC QO TA UN XA XB ZZ'.split(' '))

/**
 * Two letters that name a country, as a person types them. UK, which is GB, or SU, which is no more, would deny
 * nothing without a word.
 *
 * @returns The code, or why it is none.
 */
export function parseCountryCode(text: string): { code: string } | { problem: string } {
  const code = text.trim().toUpperCase()
  const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' })
  const isNamed = isJurisdiction(code) && names.of(code) !== undefined && !notCountries.has(code)
  const current = isNamed ? new Intl.Locale(`und-${code}`).region : undefined
  if (current === code) return { code }
  const hint = current === undefined ? '' : ` Did you mean ${current}?`
  return { problem: `"${text}" is no ISO 3166 country code such as NZ or DE.${hint}` }
}

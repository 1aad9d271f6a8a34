import { expect, it } from 'vitest'
import { parseCountryCode } from '../../../client/cli/country-code.ts'

it('takes codes of countries, however they are typed', () => {
  for (const text of ['NZ', 'de', ' Ch ']) {
    expect(parseCountryCode(text)).toEqual({ code: text.trim().toUpperCase() })
  }
})

it('refuses what is no country, or none any more, and says what was meant', () => {
  expect(problemOf('UK')).toMatch(/"UK".*mean GB\?$/)
  expect(problemOf('DD')).toMatch(/mean DE\?$/)
  for (const text of ['EU', 'UN', 'XX', 'ZZ', 'QQ', 'D', 'DEU', '', '1A']) {
    expect(problemOf(text)).toMatch(/such as NZ or DE\.$/)
  }
})

function problemOf(text: string): string | undefined {
  const parsed = parseCountryCode(text)
  return 'problem' in parsed ? parsed.problem : undefined
}

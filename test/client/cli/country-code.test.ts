import { expect, it } from 'vitest'
import { parseCountryCode } from '../../../client/cli/country-code.ts'

it('takes codes of countries, however they are typed', () => {
  for (const text of ['NZ', 'de', ' Ch ']) {
    expect(parseCountryCode(text)).toEqual({ code: text.trim().toUpperCase() })
  }
})

it('refuses what is no country, or none any more, and says what was meant', () => {
  expect(parseCountryCode('UK')).toEqual({ problem: expect.stringMatching(/"UK".*mean GB\?$/) })
  expect(parseCountryCode('DD')).toEqual({ problem: expect.stringMatching(/mean DE\?$/) })
  for (const text of ['EU', 'UN', 'XX', 'ZZ', 'QQ', 'D', 'DEU', '', '1A']) {
    expect(parseCountryCode(text)).toEqual({
      problem: expect.stringMatching(/such as NZ or DE\.$/),
    })
  }
})

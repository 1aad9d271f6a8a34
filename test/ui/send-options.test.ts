import { describe, expect, it } from 'vitest'
import {
  countriesOf,
  defaultOptions,
  livesOf,
  obstacleOf,
  optionsOf,
  summaryOf,
} from '../../client/ui/send-options.ts'
import { network, wideNetwork } from './gallery/samples.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

function form(fields: Readonly<Record<string, string>>): FormData {
  const data = new FormData()
  for (const [name, value] of Object.entries(fields)) data.append(name, value)
  return data
}

describe('the options of a share', () => {
  it('are two copies in two countries for a week unless told otherwise', () => {
    expect(defaultOptions(network)).toEqual({
      password: undefined,
      lifeMs: 7 * DAY_MS,
      replicas: 2,
      jurisdictions: 2,
      denied: [],
      peers: 'direct',
      accessCode: undefined,
    })
    expect(obstacleOf(defaultOptions(network), network)).toBeUndefined()
  })

  it('never exceed what the network keeps', () => {
    const short = { ...network, lifeMsMax: 3 * DAY_MS }
    expect(defaultOptions(short).lifeMs).toBe(DAY_MS)
    const hours = { ...network, lifeMsMax: 5 * HOUR_MS }
    expect(livesOf(hours)).toEqual([{ lifeMs: 5 * HOUR_MS, words: '5 hours' }])
    expect(defaultOptions(hours).lifeMs).toBe(5 * HOUR_MS)
  })

  it('leave out the countries that are denied, in the order of their codes', () => {
    const fields = { life: '1', copies: '2', peers: 'relayed' }
    expect(optionsOf(form(fields), new Set(['US', 'DE', 'IS']))).toMatchObject({
      denied: ['DE', 'IS', 'US'],
      peers: 'relayed',
      password: undefined,
    })
  })

  it('let countries be chosen where there are more than two, those denied among them', () => {
    expect(countriesOf(network.places, new Set())).toEqual([])
    expect(countriesOf(network.places, new Set(['IS']))).toEqual(['DE', 'NZ', 'IS'])
    // Where one of two was denied while there were more, it can be allowed again.
    expect(countriesOf(network.places, new Set(['NZ']))).toEqual(['DE', 'NZ'])
    expect(countriesOf(wideNetwork.places, new Set(['IS']))).toHaveLength(5)
  })

  it.each([
    [{ replicas: 3 }, network, undefined],
    [{ replicas: 4 }, network, 'not enough seeds for 4 copies'],
    [{ denied: ['DE'] }, network, 'Tick one more'],
    [{ denied: ['DE'], replicas: 1, jurisdictions: 1 }, network, undefined],
    [{}, { ...network, places: network.places.slice(0, 1) }, 'one country only'],
    [{ denied: 'ABCDEFGHI'.split('') }, wideNetwork, 'At most 8 countries'],
  ])('say what stands in the way: %j', (changes, where, words) => {
    const obstacle = obstacleOf({ ...defaultOptions(where), ...changes }, where)
    if (words === undefined) expect(obstacle).toBeUndefined()
    else expect(obstacle).toContain(words)
  })

  it('are told in one line', () => {
    expect(summaryOf(defaultOptions(network), network)).toBe('7 days · two copies · no password')
    const other = { ...defaultOptions(network), password: 'x', replicas: 3, denied: ['US', 'DE'] }
    expect(summaryOf(other, network)).toBe(
      '7 days · three copies · with password · not in 2 countries',
    )
  })
})

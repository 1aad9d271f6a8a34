import { DENIED_JURISDICTIONS_MAX } from '../../protocol/limits.ts'
import type { SendOptions } from '../worker/messages.ts'
import type { NetworkSnapshot } from '../worker/snapshot.ts'
import { textOf } from './form-text.ts'

const DAY_MS = 86_400_000

/** How long a share may be kept, as the form offers it. */
const lives = [
  { lifeMs: DAY_MS, words: '1 day' },
  { lifeMs: 7 * DAY_MS, words: '7 days' },
  { lifeMs: 30 * DAY_MS, words: '30 days' },
  { lifeMs: 90 * DAY_MS, words: '90 days' },
  { lifeMs: 365 * DAY_MS, words: '1 year' },
] as const

const LIFE_MS_DEFAULT = 7 * DAY_MS
const JURISDICTIONS_DEFAULT = 2

export const copyChoices = [
  { value: 2, words: 'Two, in two countries' },
  { value: 3, words: 'Three, in two countries or more' },
  { value: 1, words: 'One only: lost if that seed is lost' },
] as const

export const peerChoices = [
  { value: 'direct', words: 'May help each other directly' },
  { value: 'relayed', words: 'May help through a relay' },
  { value: 'forbidden', words: 'Use the seeds only' },
] as const

/** What a network allows; its own longest time, where that is below all that is offered. */
export function livesOf({
  lifeMsMax,
}: NetworkSnapshot): readonly { lifeMs: number; words: string }[] {
  const offered = lives.filter(({ lifeMs }) => lifeMs <= lifeMsMax)
  const hours = Math.floor(lifeMsMax / (DAY_MS / 24))
  return offered.length > 0 ? offered : [{ lifeMs: lifeMsMax, words: `${hours} hours` }]
}

/** What a sender gets who opens no options. */
export function defaultOptions(network: NetworkSnapshot): SendOptions {
  const offered = livesOf(network)
  const lifeMs =
    offered.find((life) => life.lifeMs === LIFE_MS_DEFAULT)?.lifeMs ?? offered[0]?.lifeMs ?? 0
  return {
    password: undefined,
    lifeMs,
    replicas: 2,
    jurisdictions: JURISDICTIONS_DEFAULT,
    denied: [],
    peers: 'direct',
    accessCode: undefined,
  }
}

/**
 * Reads the form's fields.
 *
 * @param denied - Countries that must not hold a copy, whether a seed is there just now or not.
 */
export function optionsOf(form: FormData, denied: ReadonlySet<string>): SendOptions {
  const copies = Number(textOf(form, 'copies'))
  const password = textOf(form, 'password')
  const peers = textOf(form, 'peers')
  const accessCode = textOf(form, 'access').trim()
  return {
    password: password === '' ? undefined : password,
    lifeMs: Number(textOf(form, 'life')),
    replicas: copies,
    jurisdictions: Math.min(copies, JURISDICTIONS_DEFAULT),
    denied: [...denied].toSorted(),
    peers: peers === 'relayed' || peers === 'forbidden' ? peers : 'direct',
    accessCode: accessCode === '' ? undefined : accessCode,
  }
}

/** The countries to choose from: those denied stay, also while no seed is there. With two and none denied there is no choice. */
export function countriesOf(
  places: NetworkSnapshot['places'],
  denied: ReadonlySet<string>,
): readonly string[] {
  const codes = new Set([...places.map(({ jurisdiction }) => jurisdiction), ...denied])
  return denied.size > 0 || codes.size > JURISDICTIONS_DEFAULT ? [...codes] : []
}

/** Why a network cannot keep what the options ask for, in words; undefined if it can. */
export function obstacleOf(options: SendOptions, { places }: NetworkSnapshot): string | undefined {
  const allowed = places.filter(({ jurisdiction }) => !options.denied.includes(jurisdiction))
  const operators = allowed.reduce((sum, place) => sum + place.operators, 0)
  if (options.denied.length > DENIED_JURISDICTIONS_MAX) {
    return `At most ${DENIED_JURISDICTIONS_MAX} countries can be left out. Tick some more.`
  }
  if (allowed.length < options.jurisdictions) {
    return places.length < options.jurisdictions
      ? 'This network has seeds in one country only just now. Choose one copy, or come back later.'
      : 'Two copies need two countries. Tick one more, or choose one copy.'
  }
  if (operators < options.replicas) {
    return `There are not enough seeds for ${options.replicas} copies just now. Choose fewer.`
  }
  return undefined
}

/** The choices in one line: `7 days · two copies · no password`. */
export function summaryOf(options: SendOptions, network: NetworkSnapshot): string {
  const { password, lifeMs, replicas, denied } = options
  const life = livesOf(network).find((offered) => offered.lifeMs === lifeMs)?.words ?? ''
  const copies = { 1: 'one copy', 2: 'two copies' }[replicas] ?? 'three copies'
  const facts = [life, copies, password === undefined ? 'no password' : 'with password']
  if (denied.length > 0)
    facts.push(`not in ${denied.length === 1 ? '1 country' : `${denied.length} countries`}`)
  return facts.join(' · ')
}

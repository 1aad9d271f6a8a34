import type { FaultCode } from '../../protocol/errors.ts'
import type { Seed } from '../../protocol/record/directory.ts'
import type { RosterEntry } from '../engine/receive/seed-roster.ts'
import { seedName } from '../engine/seed-name.ts'

/** Which of those who are to keep a share do not answer while another seed brings it; undefined if none. */
export function absentText(
  entries: readonly RosterEntry[],
  custodians: readonly Pick<Seed, 'id'>[],
): string | undefined {
  const ids = new Set(custodians.map(({ id }) => id))
  const absent = entries.filter(
    ({ seed, fault }) => ids.has(seed.id) && fault?.code === 'SEED_UNREACHABLE',
  )
  const there = entries.filter(({ phase, fault }) => phase === 'ready' && fault === undefined)
  if (absent.length === 0 || there.length === 0) return undefined
  const names = absent.map(({ seed }) => seedName(seed)).join(' and ')
  const verb = absent.length === 1 ? 'does' : 'do'
  const others = there.length === 1 ? 'the other one brings it' : 'the others bring it'
  return `${names} ${verb} not answer just now; ${others}.`
}

/** One answers, and has too much to do just now: it may have what is wanted. */
export function hasBusySeed(entries: readonly Pick<RosterEntry, 'fault'>[]): boolean {
  return entries.some(({ fault }) => fault?.code === 'TOO_MANY_REQUESTS')
}

/** Nobody but others can have it now, as far as is known: a seed that has a lot to do gives it in a moment. */
export function lacksSeeds(entries: readonly Pick<RosterEntry, 'fault'>[]): boolean {
  return entries.every(({ fault }) => fault !== undefined && fault.code !== 'TOO_MANY_REQUESTS')
}

/** What is known of a share that nobody has shown yet. */
type Early = Readonly<{
  /** The seeds that were asked. */
  entries: readonly Pick<RosterEntry, 'fault'>[]
  /** The link was opened a moment ago. */
  isFresh: boolean
  /** The others with the link are looked for. */
  isMet: boolean
  peerCount: number
}>

/** Why a link that was opened shows nothing yet. */
export function openingText(early: Early): string {
  const { entries, peerCount } = early
  const faults = entries.map(({ fault }) => fault?.code)
  if (faults.includes('CHECKPOINT_STALE'))
    return 'The seeds show less of this share than this browser has seen of it before. Waiting for the newer state.'
  if (faults.includes('CLOCK_WRONG'))
    return 'The clock of this device may be wrong: the sender published these files more than two days after the time that it shows. Trying again.'
  const others = peerCount > 0 ? 'Asking others with this link…' : ''
  if (hasBusySeed(entries))
    return `A seed that answers has a lot to do just now; this waits its turn. ${others}`.trimEnd()
  // One that was asked and said nothing yet may bring it.
  if (entries.length === 0 || faults.includes(undefined)) return others || 'Asking the seeds…'
  const isUnknown = faults.every((code) => code === 'SHARE_MISSING')
  const seeds = isUnknown ? 'No seed knows these files yet.' : saidText(faults)
  return `${seeds} ${others || nextText(early, isUnknown)}`
}

/** @param isUnknown - All seeds said that they do not know it. */
function nextText({ isFresh, isMet }: Early, isUnknown: boolean): string {
  if (isMet && !isFresh)
    return 'Nobody else with this link is here either. They appear as soon as somebody who has them is.'
  if (!isUnknown) return 'Trying again.'
  if (isFresh) return 'If they were just sent, they appear in a moment.'
  return 'Whoever sends them may not have begun, or made the link on another network.'
}

/** What some seeds said while the others are away: those who decided speak first. */
function saidText(faults: readonly (FaultCode | undefined)[]): string {
  const isDown = faults.includes('SHARE_TAKEN_DOWN')
  if (isDown || faults.includes('SHARE_EXPIRED'))
    return `A seed says that these files ${isDown ? 'were taken down' : 'have expired'}, and no other one brings them.`
  return faults.includes('SHARE_MISSING')
    ? 'No seed that answers knows these files.'
    : 'The seeds do not answer.'
}

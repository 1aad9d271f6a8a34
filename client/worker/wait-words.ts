import type { FetchWait, WaitedFor } from '../../protocol/swarm/fetch-wait.ts'
import type { Download } from '../engine/receive/download.ts'
import type { Seed } from '../../protocol/record/directory.ts'
import type { RosterEntry } from '../engine/receive/seed-roster.ts'
import { seedName } from '../engine/seed-name.ts'

/** By who is waited for: others with the link say themselves when it is somebody's turn. */
const words = {
  unreachable: {
    seeds: 'No seed answers just now; trying again. What is here is kept.',
    peers: 'The others who have it give none of it just now. What is here is kept.',
    both: 'No seed answers just now, and the others give none of it; trying again. What is here is kept.',
  },
  dishonest: {
    seeds: 'All seeds that answered sent wrong pieces. Waiting for another one.',
    peers:
      'All others who were here sent wrong pieces, of which none was kept. Waiting for a seed or somebody else.',
    both: 'All seeds and others that answered sent wrong pieces. Waiting for another one.',
  },
  'not-there': {
    seeds: 'The seeds that answer do not have the next piece yet.',
    peers: 'The others who are here do not have the next piece yet.',
    both: 'Neither the seeds that answer nor the others have the next piece yet.',
  },
  silent: {
    seeds: 'The seeds were asked and have not answered yet.',
    peers: 'The others who are here were asked and have not answered yet.',
    both: 'Seeds and others were asked and have not answered yet.',
  },
} as const satisfies Partial<Record<FetchWait['reason'], Record<WaitedFor, string>>>

/** Why a download does not move, in words. Undefined while it does. */
export function waitText(wait: Download['wait']): string | undefined {
  switch (wait?.reason) {
    case undefined:
      return undefined
    case 'checking':
      return 'Checking what is here from before.'
    case 'no-source':
      return 'Looking for a seed that has it.'
    case 'busy':
      return 'The seeds that answer have a lot to do just now; this waits its turn. What is here is kept.'
    case 'unreachable':
    case 'dishonest':
    case 'not-there':
    case 'silent':
      return words[wait.reason][wait.who]
    case 'unpublished':
      return 'Everything sent so far is here. Waiting for the sender.'
    case 'unsealed':
      return 'The last piece is saved once the sender has sent the whole share.'
    case 'saving':
      return 'Waiting for the disk.'
  }
}

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
  const faults = entries.flatMap(({ fault }) => (fault === undefined ? [] : [fault.code]))
  if (faults.length === 0)
    return peerCount > 0 ? 'Asking others with this link…' : 'Asking the seeds…'
  if (faults.includes('CHECKPOINT_STALE'))
    return 'The seeds show less of this share than this browser has seen of it before. Waiting for the newer state.'
  if (faults.includes('CLOCK_WRONG'))
    return 'The clock of this device may be wrong: the sender published these files more than two days after the time that it shows. Trying again.'
  if (hasBusySeed(entries)) return busyText(early)
  return failedText(early, faults.includes('SHARE_MISSING'))
}

function busyText({ isMet, peerCount }: Early): string {
  const others = isMet && peerCount > 0 ? ' Asking others with this link…' : ''
  return `A seed that answers has a lot to do just now; this waits its turn.${others}`
}

/** @param isUnknown - A seed said that it does not know it. */
function failedText({ isFresh, isMet, peerCount }: Early, isUnknown: boolean): string {
  const seeds = isUnknown ? 'No seed knows these files yet.' : 'The seeds do not answer.'
  if (isMet && peerCount > 0) return `${seeds} Asking others with this link…`
  if (isMet && !isFresh) {
    return `${seeds} Nobody else with this link is here either. They appear as soon as somebody who has them is.`
  }
  if (!isUnknown) return `${seeds} Trying again.`
  if (isFresh) return `${seeds} If they were just sent, they appear in a moment.`
  return `${seeds} Whoever sends them may not have begun, or made the link on another network.`
}

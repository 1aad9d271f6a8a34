import { formatBytes } from '../words.ts'
import { stricter, type Privacy } from '../engine/swarm/privacy.ts'
import type { GivingSnapshot, PeerQuestion, SwarmSnapshot } from './swarm-snapshot.ts'

/** What decides who is spoken to besides seeds. */
export type SwarmWay = Readonly<{
  /** What the person answered; undefined until they do. */
  chosen: Privacy | undefined
  /** What the sender fixed for everyone, as far as that is known: `direct` is nothing. */
  fixed: Privacy
  /** The network has a relay. */
  hasRelay: boolean
  /** This browser has WebRTC, and nothing keeps it from using it. */
  canConnect: boolean
}>

/** What the words are made of. */
export type SwarmFacts = SwarmWay &
  Readonly<{
    isSender: boolean
    /** No seed has it, as far as is known. */
    isUrgent: boolean
    peerCount: number
    peerBytes: number
    seedBytes: number
    pace: string | undefined
    giving: GivingFacts
  }>

export type GivingFacts = Readonly<{
  isOn: boolean
  isMetered: boolean
  /** There is something here to give. */
  hasAny: boolean
  /** The browser did not keep what came: where nothing is here, that is why. */
  isRefused?: boolean
  /** It seems to be over: nobody gets it from here. */
  isLate?: boolean
  givenBytes: number
  /** Why a sender gives little or nothing now that the person wants it to; undefined if it does not. */
  rest?: string | undefined
  /** All that may be given within 24 hours was. */
  isSpent: boolean
  dailyBytesMax: number | undefined
}>

const GB = 1_000_000_000

/** What a person may allow to be given within 24 hours. */
const caps = [
  { bytes: GB, words: '1 GB a day' },
  { bytes: 10 * GB, words: '10 GB a day' },
  { bytes: 100 * GB, words: '100 GB a day' },
  { bytes: undefined, words: 'As much as they take' },
] as const

const yes = { mode: 'direct', words: 'Yes' } as const
const relay = { mode: 'relayed', words: 'Yes, through a relay' } as const
const no = { mode: 'seeds-only', words: 'No, seeds only' } as const

/**
 * The answer or what the sender fixed, whichever is stricter; seeds only while there is no answer, and where that is no
 * way to others.
 */
export function modeOf({ chosen, fixed, hasRelay, canConnect }: SwarmWay): Privacy {
  const mode = stricter(chosen ?? 'seeds-only', fixed)
  return !canConnect || (mode === 'relayed' && !hasRelay) ? 'seeds-only' : mode
}

/** Whether others can bring what no seed has: they may, or would after a yes that is still open. */
export function mayHelp(way: SwarmWay): boolean {
  return modeOf({ ...way, chosen: way.chosen ?? 'direct' }) !== 'seeds-only'
}

export function swarmSnapshot(facts: SwarmFacts): SwarmSnapshot {
  const { peerCount, peerBytes, seedBytes, pace } = facts
  const obstacle = obstacleOf(facts)
  const mode = modeOf(facts)
  const isMet = mode !== 'seeds-only'
  return {
    mode,
    modeText: obstacle ?? modeText(mode, facts),
    question: obstacle !== undefined || facts.isSender ? undefined : questionOf(facts, isMet),
    figures: isMet ? figuresOf(facts) : undefined,
    pace,
    peerCount,
    peerBytes,
    seedBytes,
    giving: isMet ? givingOf(facts) : undefined,
  }
}

/** Why nobody but seeds can help, whatever is answered. */
function obstacleOf({ isSender, fixed, canConnect, hasRelay }: SwarmFacts): string | undefined {
  const who = isSender ? 'You chose' : 'The sender chose'
  if (fixed === 'seeds-only') return `${who} that it comes from seeds only.`
  if (!canConnect)
    return 'This browser cannot connect to other people (WebRTC is off), so it comes from seeds only.'
  if (fixed === 'relayed' && !hasRelay)
    return `${who} that people help each other through a relay only. This network has none, so it comes from seeds only.`
  return undefined
}

function modeText(mode: Privacy, { isSender, chosen, fixed }: SwarmFacts): string {
  const people = isSender ? 'People with the link connect to this page too' : 'Others may help'
  const them = isSender ? 'people with the link' : 'others with this link'
  switch (mode) {
    case 'direct':
      return `${people}. They see your IP address.`
    case 'relayed':
      if (fixed === 'relayed' && !isSender)
        return `${people}, through a relay, as the sender chose: they do not see your IP address.`
      return `${people}, through a relay: they do not see your IP address.`
    case 'seeds-only':
      if (chosen === 'relayed')
        return 'You chose a relay. This network has none, so it comes from seeds only.'
      return chosen === undefined
        ? 'It comes from seeds only.'
        : `You chose seeds only: ${them} do not see your IP address.`
  }
}

function questionOf(facts: SwarmFacts, isMet: boolean): PeerQuestion {
  const { chosen, fixed, hasRelay } = facts
  const isUrgent = facts.isUrgent && !isMet
  const ask = 'Let others with this link help?'
  const isFixed = fixed === 'relayed'
  const seen = isFixed
    ? 'The sender chose that it goes through a relay: they will not see your IP address.'
    : 'They will see your IP address.'
  const detail = isUrgent
    ? 'No seed has it just now, so only they can.'
    : 'It comes from the seeds in any case, and nothing waits for your answer. This browser remembers it.'
  return {
    text: `${ask} ${seen}`,
    detail,
    answers: [yes, ...(hasRelay && !isFixed ? [relay] : []), no],
    isOpen: chosen === undefined,
    isUrgent,
  }
}

/** `3 others are connected · 212 MB came from them, 1.10 GB from seeds`. */
function figuresOf({ isSender, peerCount, peerBytes, seedBytes }: SwarmFacts): string {
  const people = connectedText(peerCount, isSender)
  if (isSender || peerBytes + seedBytes === 0) return people
  return `${people} · ${formatBytes(peerBytes)} came from others, ${formatBytes(seedBytes)} from seeds`
}

function connectedText(count: number, isSender: boolean): string {
  if (count === 0)
    return isSender ? 'Nobody is connected just now' : 'Nobody else is connected just now'
  if (count === 1) return isSender ? '1 person is connected' : '1 other is connected'
  return `${count.toLocaleString('en')} ${isSender ? 'people' : 'others'} are connected`
}

function givingOf({ isSender, giving }: SwarmFacts): GivingSnapshot {
  const { isOn, givenBytes, dailyBytesMax } = giving
  const text = givingText(isSender, giving)
  return { isOn, text, givenBytes, dailyBytesMax, caps: isSender ? undefined : caps }
}

function givingText(isSender: boolean, giving: GivingFacts): string {
  const { isOn, isMetered, hasAny, isRefused, isLate, givenBytes, rest, isSpent } = giving
  const given = givenBytes === 0 ? '' : ` ${formatBytes(givenBytes)} given so far.`
  if (isMetered && (!isOn || !isSender)) return `Off on this metered connection.${given}`
  if (!isOn) return `Off.${given}`
  if (isLate === true) return `Off: these files seem to have expired.${given}`
  if (rest !== undefined) return `${rest}${given}`
  if (isSpent) return `That is given for today; it goes on tomorrow.${given}`
  if (!hasAny && isRefused === true)
    return `Nothing is kept here: the browser has no room for it, or another tab has this link.${given}`
  if (!hasAny && !isSender)
    return givenBytes > 0
      ? `Nothing is kept here for others just now.${given}`
      : 'What you save here, others can get too.'
  return givenBytes > 0 ? given.trim() : 'Nothing was asked for yet.'
}

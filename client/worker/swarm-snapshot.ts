import type { Privacy } from '../engine/swarm/privacy.ts'

/** Others with the same link: whether they may help, whether they do, and what this page gives them. */
export type SwarmSnapshot = Readonly<{
  /** What counts now: what the person answered or the sender fixed, whichever is stricter. */
  mode: Privacy
  /** What that means, and who chose it. */
  modeText: string
  /** Undefined where there is nothing to choose. */
  question: PeerQuestion | undefined
  /** Who is there and what came from whom; undefined while there is nothing to say. */
  figures: string | undefined
  /** Why it is as fast as it is; undefined while nothing moves. */
  pace: string | undefined
  /** With an open connection. */
  peerCount: number
  peerBytes: number
  seedBytes: number
  /** Undefined where nobody can be given anything. */
  giving: GivingSnapshot | undefined
}>

/** May others help? Nothing waits for the answer, but where only they have what is wanted. */
export type PeerQuestion = Readonly<{
  text: string
  detail: string
  answers: readonly Readonly<{ mode: Privacy; words: string }>[]
  /** No answer yet. Afterwards it is asked again only when the person wants to choose anew. */
  isOpen: boolean
  /** Only others may have it now. */
  isUrgent: boolean
}>

/** What this page passes on while it is open. */
export type GivingSnapshot = Readonly<{
  /** The person's switch. */
  isOn: boolean
  /** What was given, or why nothing is. */
  text: string
  /** Since the page was opened. */
  givenBytes: number
  /** Within 24 hours; undefined for as much as the others take. */
  dailyBytesMax: number | undefined
  /** Undefined where there is no bound to choose. */
  caps: readonly Readonly<{ bytes: number | undefined; words: string }>[] | undefined
}>

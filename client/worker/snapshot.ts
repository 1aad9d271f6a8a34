import type { SwarmSnapshot } from './swarm-snapshot.ts'

/**
 * What the page draws. The worker decides, computes and words everything; a snapshot is whole, frozen and
 * replaces the one before. It holds no key: links are text that the person may copy.
 */
export type AppSnapshot = Readonly<{
  network: NetworkSnapshot
  sends: readonly SendSnapshot[]
  /** Why the last that was asked for could not be done at all. */
  sendProblem?: Problem | undefined
  lastSend?: SendOutcome | undefined
  unfinished: readonly UnfinishedSnapshot[]
  receive: ReceiveSnapshot | undefined
}>

/** An `AppSnapshot` on its way to the page: what a share holds is told once, however often the rest is. */
export type AppNews = Omit<AppSnapshot, 'receive'> &
  Readonly<{ receive: Omit<ReceiveSnapshot, 'entries'> | undefined }>

export type NetworkSnapshot = Readonly<{
  state: 'connecting' | 'ready' | 'offline'
  /** Countries with an open seed, with how many operators each. */
  places: readonly Readonly<{ jurisdiction: string; operators: number }>[]
  lifeMsMax: number
  shareBytesMax: number
  /** Whether anyone may store, or only who gives an access code; one that was taken before is kept. */
  access: 'open' | 'needed' | 'kept'
}>

/** What went wrong, in words: what happened, what was kept, and what to do next. */
export type Problem = Readonly<{ title: string; detail: string; next: string; canRetry: boolean }>

/** What became of the files that were sent last: the page knows its own try by its id, whatever else goes on. */
export type SendOutcome = Readonly<{
  sendId: number
  /** Undefined where they could not become a share. */
  shareId: string | undefined
}>

/** The durability frontier, in bytes of files: each number contains the ones after it. */
export type Frontier = Readonly<{
  totalBytes: number
  /** Encrypted here; only this page has what `onceBytes` does not count. */
  sealedBytes: number
  /** On one seed at least. */
  onceBytes: number
  /** On as many seeds as the policy asks for. */
  policyBytes: number
}>

export type SendPhase =
  | 'preparing'
  | 'sending'
  | 'paused'
  | 'stored'
  | 'failed'
  /** Stopped, and the seeds are being told to delete what they had received. */
  | 'deleting'
  /** Stopped and deleted. */
  | 'stopped'
  /** Stopped, and no seed could be told. */
  | 'undeleted'

export type SendSnapshot = Readonly<{
  shareId: string
  title: string
  fileCount: number
  phase: SendPhase
  /** There as soon as the share has an id, before its first byte is read, until it leads nowhere. */
  link: string | undefined
  /** As long as there is something that it could delete or extend. */
  ownerLink: string | undefined
  frontier: Frontier
  bytesPerSecond: number
  secondsLeft: number | undefined
  /** Why it waits, while it does. */
  note: string | undefined
  /** True exactly when receipts meet the policy. */
  canClose: boolean
  /** They did: what ended it since did not keep it from being sent. */
  wasStored: boolean
  expiresAtMs: number
  policy: string
  custody: readonly CustodySnapshot[]
  /** Who gets it from this page; undefined until it is known who may. */
  swarm: SwarmSnapshot | undefined
  problem: Problem | undefined
}>

/** A share that a reload or crash cut off: the same files bring it back. */
export type UnfinishedSnapshot = Readonly<{
  shareId: string
  title: string
  fileCount: number
  totalBytes: number
  storedBytes: number
  startedAtMs: number
  /** No seed takes any more of it. */
  hasExpired: boolean
  /** Its password is not kept: it must be typed again to go on. */
  hasPassword: boolean
  /** They are at hand, kept by the browser or picked again: one click resumes it, else they must be picked. */
  hasFiles: boolean
  missing: MissingSnapshot | undefined
}>

/** What is still to be picked again of an unfinished share, once some was. */
export type MissingSnapshot = Readonly<{
  fileCount: number
  /** A few paths; where many are missing, the folders that they lie in, ending in `/`. */
  names: readonly string[]
  /** How many names are left out. */
  moreCount: number
}>

export type CustodySnapshot = Readonly<{
  seedId: string
  operator: string
  jurisdiction: string
  url: string
  /** `unknown` before it was asked, and as long as it does not answer. */
  receipt: 'unknown' | 'asking' | 'none' | 'stored'
  receiptAtMs: number | undefined
  keepUntilMs: number | undefined
  /**
   * What it answered last. `piece missing`: it has some, and not the one that it was asked for. `no address`: it has
   * none that a browser can ask.
   */
  challenge:
    | 'not asked'
    | 'asking'
    | 'passed'
    | 'failed'
    | 'piece missing'
    | 'not held'
    | 'no address'
    | 'unreachable'
  challengedAtMs: number | undefined
}>

export type ReceivePhase = 'opening' | 'password' | 'ready' | 'failed'

/** The sender has not finished: what is there can be saved as it grows. */
export type LiveNews = Readonly<{
  /** When the sender signed what is known here. */
  lastMs: number
  /** That is so long ago that they may have left. */
  isQuiet: boolean
}>

export type ReceiveSnapshot = Readonly<{
  phase: ReceivePhase
  shareId: string | undefined
  title: string
  /** The password tried last was wrong. */
  passwordWrong: boolean
  /** Undefined once the sender has finished, and while nothing is known of it. */
  live: LiveNews | undefined
  entries: readonly EntrySnapshot[]
  totalBytes: number
  expiresAtMs: number | undefined
  note: string | undefined
  saves: readonly SaveSnapshot[]
  custody: readonly CustodySnapshot[]
  /** Undefined for a link that names no share, and until what was answered before is known. */
  swarm: SwarmSnapshot | undefined
  problem: Problem | undefined
}>

/** One file as a recipient sees it: its name is safe to show and to save. */
export type EntrySnapshot = Readonly<{
  path: string
  size: number
  type: string
  isFolder: boolean
}>

export type SaveSnapshot = Readonly<{
  saveId: string
  title: string
  phase: 'starting' | 'saving' | 'waiting' | 'done' | 'stopped' | 'failed'
  /** Here and verified: handed to the browser, or waiting for what comes before them. */
  checkedBytes: number
  totalBytes: number
  bytesPerSecond: number
  secondsLeft: number | undefined
  note: string | undefined
  problem: Problem | undefined
}>

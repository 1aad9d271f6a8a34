import type { PickedFile } from '../../../client/worker/messages.ts'
import type {
  AppSnapshot,
  CustodySnapshot,
  EntrySnapshot,
  NetworkSnapshot,
  ReceiveSnapshot,
  SaveSnapshot,
  SendSnapshot,
  UnfinishedSnapshot,
} from '../../../client/worker/snapshot.ts'
import type { SwarmSnapshot } from '../../../client/worker/swarm-snapshot.ts'
import { swarmSnapshot, type SwarmFacts } from '../../../client/worker/swarm-words.ts'

export const MB = 1_000_000
export const GB = 1000 * MB
const DAY_MS = 86_400_000
/** A fixed evening, so that two runs draw the same. */
export const NOW_MS = Date.UTC(2031, 4, 17, 18, 4)

/** As long and as strange as a real one, and of no share. */
export const LINK =
  'http://localhost:8080/#AXv5mQ2rT0kLw9dYb3JcZs8eHn4uGa1xPoFi6Vt7KqRzMh5NyEjBCgD2'
const OWNER_LINK = `http://localhost:8080/#Ag${'q7Tf0vYz3LkJ'.repeat(8)}`
const SHARE_ID = '5f1c0de2a49b7730c1d2e3f405162738495a6b7c'

export const network: NetworkSnapshot = {
  state: 'ready',
  places: [
    { jurisdiction: 'DE', operators: 2 },
    { jurisdiction: 'NZ', operators: 1 },
  ],
  lifeMsMax: 366 * DAY_MS,
  shareBytesMax: 2000 * GB,
  access: 'open',
}

export const wideNetwork: NetworkSnapshot = {
  ...network,
  places: ['DE', 'IS', 'NZ', 'CH', 'US'].map((jurisdiction) => ({ jurisdiction, operators: 2 })),
}

export const custody: readonly CustodySnapshot[] = [
  {
    seedId: 'a1',
    operator: 'Hafen Kollektiv',
    jurisdiction: 'DE',
    url: 'https://seed.hafen.example',
    receipt: 'stored',
    receiptAtMs: NOW_MS,
    keepUntilMs: NOW_MS + 7 * DAY_MS,
    challenge: 'not asked',
    challengedAtMs: undefined,
  },
  {
    seedId: 'b2',
    operator: 'Aotearoa Open Storage Trust',
    jurisdiction: 'NZ',
    url: 'https://kea.aost.example:8443',
    receipt: 'stored',
    receiptAtMs: NOW_MS + 4000,
    keepUntilMs: NOW_MS + 7 * DAY_MS,
    challenge: 'not asked',
    challengedAtMs: undefined,
  },
]

const unsigned = withReceipt('none')
/** As a recipient has them before the panel is opened. */
const unasked = withReceipt('unknown')

export function app(part: Partial<AppSnapshot> = {}): AppSnapshot {
  return { network, sends: [], unfinished: [], receive: undefined, ...part }
}

/** 4.2 GB on their way, halfway. */
export function send(part: Partial<SendSnapshot> = {}): SendSnapshot {
  return {
    shareId: SHARE_ID,
    title: 'Coast 2031',
    fileCount: 312,
    phase: 'sending',
    link: LINK,
    ownerLink: OWNER_LINK,
    frontier: frontier(4.2 * GB, [0.58, 0.53, 0.47]),
    bytesPerSecond: 12.4 * MB,
    secondsLeft: 178,
    note: undefined,
    canClose: false,
    wasStored: false,
    expiresAtMs: NOW_MS + 7 * DAY_MS,
    policy: 'Two copies in two countries',
    custody: unsigned,
    swarm: swarm({ isSender: true, chosen: 'direct' }),
    problem: undefined,
    ...part,
  }
}

/** @param reach - Sealed, on one seed and safe, each from 0 to 1. */
export function frontier(
  totalBytes: number,
  [sealed, once, safe]: readonly [number, number, number],
): SendSnapshot['frontier'] {
  return {
    totalBytes,
    sealedBytes: Math.round(totalBytes * sealed),
    onceBytes: Math.round(totalBytes * once),
    policyBytes: Math.round(totalBytes * safe),
  }
}

export function unfinished(part: Partial<UnfinishedSnapshot> = {}): UnfinishedSnapshot {
  return {
    shareId: SHARE_ID,
    title: 'Coast 2031',
    fileCount: 312,
    totalBytes: 4.2 * GB,
    storedBytes: 1.9 * GB,
    startedAtMs: NOW_MS - DAY_MS,
    hasExpired: false,
    hasPassword: false,
    hasFiles: false,
    missing: undefined,
    ...part,
  }
}

export function receive(part: Partial<ReceiveSnapshot> = {}): ReceiveSnapshot {
  const entries = part.entries ?? [entry('Coast 2031/harbour at dawn.mov', 1.42 * GB)]
  return {
    phase: 'ready',
    shareId: SHARE_ID,
    title: 'Coast 2031',
    passwordWrong: false,
    live: undefined,
    totalBytes: entries.reduce((sum, { size }) => sum + size, 0),
    expiresAtMs: NOW_MS + 7 * DAY_MS,
    note: undefined,
    saves: [],
    custody: unasked,
    swarm: swarm(),
    problem: undefined,
    ...part,
    entries,
  }
}

/** A recipient who has not answered yet; said in the words of the worker. */
export function swarm({
  giving = {},
  ...part
}: Partial<Omit<SwarmFacts, 'giving'>> & {
  giving?: Partial<SwarmFacts['giving']>
} = {}): SwarmSnapshot {
  const given = { isOn: true, isMetered: false, hasAny: false, givenBytes: 0, isSpent: false }
  return swarmSnapshot({
    isSender: false,
    chosen: undefined,
    fixed: 'direct',
    hasRelay: true,
    canConnect: true,
    isUrgent: false,
    peerCount: 0,
    peerBytes: 0,
    seedBytes: 0,
    pace: undefined,
    ...part,
    giving: { ...given, dailyBytesMax: 10 * GB, ...giving },
  })
}

export function save(part: Partial<SaveSnapshot> = {}): SaveSnapshot {
  return {
    saveId: 'save-1',
    title: 'Coast 2031.zip',
    phase: 'saving',
    checkedBytes: 1.21 * GB,
    totalBytes: 4.2 * GB,
    bytesPerSecond: 38.2 * MB,
    secondsLeft: 78,
    note: undefined,
    problem: undefined,
    ...part,
  }
}

export function entry(path: string, size: number): EntrySnapshot {
  return { path, size, type: '', isFolder: path.endsWith('/') }
}

/** A file of any size that holds nothing: only its name and size are drawn. */
export function picked(path: string, sizeBytes: number): PickedFile {
  if (path.endsWith('/')) return { path, file: undefined, size: 0 }
  return { path, file: new File([], path.slice(path.lastIndexOf('/') + 1)), size: sizeBytes }
}

const words = 'harbour dunes lighthouse ferry gulls tide cliff island cove reef'.split(' ')

/** Photographs in folders by day, as a camera leaves them. */
export function photographs(count: number, folder = 'Coast 2031'): (readonly [string, number])[] {
  return Array.from({ length: count }, (_, i) => {
    const day = String(1 + Math.floor(i / 100)).padStart(2, '0')
    const name = `${words[i % words.length] ?? ''} ${String(i + 1).padStart(4, '0')}.jpg`
    return [`${folder}/May ${day}/${name}`, 3.1 * MB + ((i * 7919) % 1000) * 4000] as const
  })
}

/** The two seeds, and no receipt of theirs. */
export function withReceipt(receipt: CustodySnapshot['receipt']): readonly CustodySnapshot[] {
  return custody.map((seed) =>
    Object.assign({}, seed, { receipt, receiptAtMs: undefined, keepUntilMs: undefined }),
  )
}

/** The two seeds, asked for a random piece a moment ago. */
export function asked(
  ...challenges: readonly CustodySnapshot['challenge'][]
): readonly CustodySnapshot[] {
  return custody.map((seed, i) => {
    const challenge = challenges[i] ?? 'not asked'
    return Object.assign({}, seed, { challenge, challengedAtMs: NOW_MS })
  })
}

import type { Bytes } from '../../../protocol/bytes.ts'
import { TransferError } from '../../../protocol/errors.ts'
import { deleteShare, GIVE_UP_MS, giveUpShare } from '../custody/owner-action.ts'
import type { Network } from '../network.ts'
import { Courier, type CourierPorts } from './courier.ts'
import { CourierSession, type SessionSetup } from './courier-session.ts'
import { untilGranted } from './grant.ts'
import { HashLog } from './hash-log.ts'
import { keptFileOf, type JournalSlot, type SendJournal, type SendMark } from './journal.ts'
import { OwnerCargo } from './owner-cargo.ts'
import type { PatienceLimits } from './patience.ts'
import { readKnown } from './resume.ts'
import { Sealer } from './sealer.ts'
import type { SendAudience } from './send-audience.ts'
import type { SharePlan } from './share-plan.ts'
import { StreamReader } from './stream-reader.ts'
import { checkingOf, type Waiting } from './waiting.ts'

export type SendPorts = CourierPorts &
  Readonly<{
    /** Undefined for what cannot be read again: no later run goes on with it. */
    journal: JournalSlot | undefined
    /** The network's leave to store the share: a grant record. */
    requestGrant: () => Promise<Bytes>
    patience: PatienceLimits
    /** Others who fetch from here meanwhile. */
    audience?: SendAudience
  }>

/** What an earlier run left: how far it signed, and its grant. */
export type Resumption = Readonly<{ mark: SendMark; grant: Bytes | undefined }>

export type SendStart = Readonly<{
  plan: SharePlan
  network: Network
  /** Undefined for a new share. */
  resumption: Resumption | undefined
}>

type Prepare = Parameters<SessionSetup['prepare']>

/** What became of a share that cannot be gone on with. */
export type ShareEnd = keyof typeof endWords

const endWords = {
  givenUp: 'What the seeds had of this share is given up, and its link no longer works.',
  kept: 'The seeds keep what was sent before.',
  unheard: 'No seed could be told: what they have of it expires by itself.',
} as const

/**
 * Sends a share, or goes on with it: sealed as it is read, published as it is sealed, dealt to its custodians, until
 * their receipts meet the policy.
 *
 * Fails with FILE_CHANGED, FILE_UNREADABLE, SHARE_DELETED, SHARE_EXPIRED, SEED_UNREACHABLE, POLICY_UNMET,
 * GRANT_INVALID or STOPPED; `details.keptBytes` says how much the seeds hold, and `details.end` what became of a share
 * that cannot be gone on with, a `ShareEnd`.
 */
export class SendSession extends CourierSession {
  constructor(ports: SendPorts, start: SendStart) {
    super({
      totalBytes: start.plan.totalBytes,
      prepare: (...to: Prepare) => prepare(ports, start, to),
      finish: async () => ports.journal?.remove(),
      conclude: (cause, keptBytes) => conclude(ports, start, { cause, keptBytes }),
      patience: ports.patience,
      nowMs: ports.nowMs,
    })
  }
}

async function prepare(
  ports: SendPorts,
  { plan, network, resumption }: SendStart,
  [signal, say]: Prepare,
): Promise<Courier> {
  const { journal, nowMs, randomBytes } = ports
  // Kept before anything leaves: whatever happens from here on, the same files go on with the same share.
  if (resumption === undefined) await journal?.save(journalOf(plan, network, undefined))
  const grant = resumption?.grant ?? (await getGrant(ports, say, signal))
  if (resumption?.grant === undefined) await journal?.save(journalOf(plan, network, grant))
  const sayHow = (what: string) => (done: number, count: number) =>
    say(checkingOf(what, done, count))
  const onRead = sayHow('Asking the seeds for the hashes of everything that was sent')
  const asking = { signal, nowMs, randomBytes, onRead }
  const before = resumption && { plan, network, mark: resumption.mark }
  const known = before && (await readKnown(before, asking))
  const cargo = new OwnerCargo({
    plan,
    sealer: new Sealer(plan, new StreamReader(plan.files)),
    grant,
    hashes: known?.hashes ?? new HashLog(plan.chunkCount),
    mark: resumption?.mark,
    onHashed: sayHow('Reading again what was sent before'),
    keepMark: async (mark) => {
      // It may be forgotten by now.
      signal.throwIfAborted()
      await journal?.mark(mark)
    },
    ...(ports.audience === undefined ? {} : { audience: ports.audience }),
    nowMs,
  })
  if (known?.published !== undefined) await cargo.observe(known.published, signal)
  if (known?.isCertain === false) await cargo.catchUp(resumption?.mark.chunkCount ?? 0, signal)
  const courier = new Courier(cargo, network, ports)
  cargo.openDoors(() => courier.storedShare, signal)
  return courier
}

function getGrant(
  { requestGrant, patience, nowMs, randomBytes }: SendPorts,
  say: (waiting: Waiting) => void,
  signal: AbortSignal,
): Promise<Bytes> {
  const ports = { giveUpMs: patience.startMs, nowMs, randomBytes, say }
  return untilGranted(requestGrant, ports, signal)
}

/** What a failure means for what the seeds hold: it is kept for another run, or given up. */
async function conclude(
  ports: SendPorts,
  start: SendStart,
  { cause, keptBytes }: { cause: unknown; keptBytes: number },
): Promise<unknown> {
  if (!(cause instanceof TransferError)) return cause
  const { code, message } = cause
  const { journal } = ports
  const isChanged = code === 'FILE_CHANGED'
  if (isChanged || code === 'SHARE_DELETED') await journal?.remove()
  if (code === 'SHARE_DELETED') return cause
  const isWhole = keptBytes > 0 && keptBytes === start.plan.totalBytes
  // Whoever stops a command is told that the same one goes on, which it does not without a journal.
  const what = code === 'STOPPED' && journal === undefined ? 'Stopped.' : message
  if (!isChanged && (journal !== undefined || isWhole)) {
    return new TransferError(code, what, { cause, details: { keptBytes } })
  }
  const end = await giveUp(ports, start)
  const details = { keptBytes: end === 'kept' ? keptBytes : 0, end }
  return new TransferError(code, `${what} ${endWords[end]}`, { cause, details })
}

/** A share that can never be whole helps nobody, and whoever has its link should know. */
async function giveUp(
  { journal, nowMs }: SendPorts,
  { plan, network }: SendStart,
): Promise<ShareEnd> {
  const ports = { signal: AbortSignal.timeout(GIVE_UP_MS), nowMs }
  const share = { ...plan, ...plan.secrets }
  try {
    // Without a journal there was no run before this one, so it was whole at no time.
    if (journal === undefined) await deleteShare(share, network, ports)
    else if (!(await giveUpShare(share, network, ports))) return 'kept'
    return 'givenUp'
  } catch (cause) {
    if (!(cause instanceof TransferError)) throw cause
    return cause.code === 'SHARE_MISSING' ? 'givenUp' : 'unheard'
  }
}

function journalOf(plan: SharePlan, network: Network, grant: Bytes | undefined): SendJournal {
  return {
    networkUrl: network.url,
    networkKey: network.key,
    genesisBytes: plan.genesisBytes,
    ...plan.secrets,
    grant,
    expiresAtMs: plan.expiresAtMs,
    files: plan.files.map((file) => keptFileOf(file)),
  }
}

import { resolve } from 'node:path'
import { formatHex } from '../../protocol/bytes.ts'
import { TransferError } from '../../protocol/errors.ts'
import type { FileSource } from '../engine/file-source.ts'
import type { Network } from '../engine/network.ts'
import type { JournalSlot } from '../engine/send/journal.ts'
import type { Resumption } from '../engine/send/send-session.ts'
import { planShare, type SharePlan, type ShareRequest } from '../engine/send/share-plan.ts'
import { SendJournals } from '../node/send-journal.ts'
import { openStateDir } from '../node/state-dir.ts'
import type { Output } from './output.ts'
import { randomBytes } from './random-bytes.ts'
import { resumeShare } from './resume-send.ts'

/** What was asked for: together with the network, it says whether a share of an earlier run is meant. */
export type SendRequest = Readonly<{
  paths: readonly string[]
  files: readonly FileSource[]
  /** False for standard input, which cannot be read again. */
  isRepeatable: boolean
  replicas: number
  deny: readonly string[]
  expiresInMs: number
  password: string | undefined
  /** False: nobody but seeds may carry it. */
  peers?: boolean
  /** People may carry it over TURN servers only. */
  relayOnly?: boolean
}>

/** A share that is about to be sent, new or gone on with. Disposed of, another process may go on with it. */
export type BegunShare = AsyncDisposable &
  Readonly<{ plan: SharePlan; slot: JournalSlot | undefined; resumption: Resumption | undefined }>

/**
 * Finds the share that the same command left unfinished, or plans a new one.
 *
 * @throws {TransferError} NOTHING_TO_SEND, SHARE_TOO_LARGE, USAGE, POLICY_UNMET, INDEX_INVALID, PASSWORD_WRONG
 */
export async function beginShare(
  request: SendRequest,
  network: Network,
  output: Output,
): Promise<BegunShare> {
  if (!request.isRepeatable) {
    const plan = await planNew(request, network)
    return { plan, slot: undefined, resumption: undefined, [Symbol.asyncDispose]: async () => {} }
  }
  const journals = new SendJournals(await openStateDir('sends'))
  const key = keyOf(request, network)
  const found = await journals.take(key, Date.now())
  const resumed = found && (await resumeShare(found, { ...request, network, output }))
  if (resumed !== undefined) return resumed
  const plan = await planNew(request, network)
  const slot = await journals.create(key, plan.shareId)
  const release = (): Promise<void> => slot[Symbol.asyncDispose]()
  return { plan, slot, resumption: undefined, [Symbol.asyncDispose]: release }
}

function keyOf({ paths, password, ...request }: SendRequest, { key }: Network): string {
  const { replicas, deny, expiresInMs } = request
  // Who may carry it is fixed for good: with another choice it is another share.
  const peers = peersOf(request)
  const carried = peers === 'direct' ? {} : { peers }
  const chosen = { replicas, deny, expiresInMs, hasPassword: password !== undefined, ...carried }
  return SendJournals.keyOf(
    formatHex(key),
    paths.map((path) => resolve(path)),
    chosen,
  )
}

async function planNew(request: SendRequest, network: Network): Promise<SharePlan> {
  try {
    return await planShare(shareRequest(request), network, { randomBytes, nowMs: Date.now })
  } catch (cause) {
    if (!(cause instanceof TransferError) || cause.code !== 'POLICY_UNMET') throw cause
    const message = `${cause.message} Use --replicas 1 to store it once, or another network.`
    throw new TransferError('POLICY_UNMET', message, { cause })
  }
}

function shareRequest(asked: SendRequest): ShareRequest {
  const { files, replicas, deny, expiresInMs, password } = asked
  const policy = { replicas, jurisdictions: Math.min(2, replicas), denied: deny }
  const request = { files, policy, expiresInMs, peers: peersOf(asked) }
  return password === undefined ? request : { ...request, password }
}

function peersOf({ peers, relayOnly }: Partial<SendRequest>): ShareRequest['peers'] {
  if (peers === false) return 'forbidden'
  return relayOnly === true ? 'relayed' : 'direct'
}

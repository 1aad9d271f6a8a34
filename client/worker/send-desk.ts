import { TransferError } from '../../protocol/errors.ts'
import { decodeGenesis } from '../../protocol/genesis.ts'
import { deleteShare } from '../engine/custody/owner-action.ts'
import { openNetwork, requestGrant, type Network } from '../engine/network.ts'
import { changedFile } from '../engine/send/journal.ts'
import { SendSession, type Resumption } from '../engine/send/send-session.ts'
import { planShare, restorePlan, type SharePlan } from '../engine/send/share-plan.ts'
import {
  BrowserJournal,
  browserNetworks,
  forgetSend,
  listSends,
  type KeptSend,
} from './browser-store.ts'
import type { PageMessage, PickedFile, SendOptions } from './messages.ts'
import { canReach, randomBytes } from './page-platform.ts'
import { PageFile } from './page-file.ts'
import { PageSend } from './page-send.ts'
import type { UnfinishedSnapshot } from './snapshot.ts'
import { titleOf } from './share-words.ts'

/** What every upload of this page shares. */
export type DeskPorts = Readonly<{ origin: string; changed: () => void }>

type ResumeMessage = Extract<PageMessage, { type: 'resume' }>

const DELETE_MS = 15_000

/** All uploads of this page: those that run, and those that an earlier page left unfinished. */
export class SendDesk {
  readonly #ports: DeskPorts
  readonly #sends = new Map<string, PageSend>()
  #kept: readonly KeptSend[] = []

  constructor(ports: DeskPorts) {
    this.#ports = ports
  }

  get sends(): readonly PageSend[] {
    return [...this.#sends.values()]
  }

  get unfinished(): readonly UnfinishedSnapshot[] {
    return this.#kept.filter(({ shareId }) => !this.#sends.has(shareId)).map(unfinishedOf)
  }

  /** Looks for uploads that no page is running: each holds a lock while it runs, in whatever tab. */
  async refresh(): Promise<void> {
    const { held = [] } = await navigator.locks.query()
    const running = new Set(held.map(({ name }) => name))
    const all = await listSends()
    this.#kept = all.filter(({ shareId }) => !running.has(lockName(shareId)))
    this.#ports.changed()
  }

  async send(picked: readonly PickedFile[], options: SendOptions, network: Network): Promise<void> {
    const files = picked.map((one) => new PageFile(one))
    const { replicas, jurisdictions, denied, lifeMs, password, peers } = options
    const request = {
      files,
      policy: { replicas, jurisdictions, denied },
      ...(password === undefined ? {} : { password }),
      expiresInMs: lifeMs,
      peers,
    }
    const plan = await planShare(request, network, { randomBytes, nowMs: Date.now })
    this.#run(plan, network, { handles: picked.map(({ handle }) => handle), resumption: undefined })
  }

  /**
   * Goes on with an unfinished share.
   *
   * @throws {TransferError} FILES_DIFFER, FILE_UNREADABLE, PASSWORD_NEEDED, PASSWORD_WRONG
   */
  async resume(
    { shareId, files: picked, password }: ResumeMessage,
    network: Network,
  ): Promise<void> {
    const kept = this.#kept.find((send) => send.shareId === shareId)
    if (kept === undefined)
      throw new TransferError('FILES_DIFFER', 'This share is no longer listed.')
    const found = picked.length > 0 ? picked : await filesOfHandles(kept)
    const files = inOrder(kept, found).map((one) => new PageFile(one))
    const changed = changedFile(kept.journal.files, files)
    if (changed !== undefined) {
      throw new TransferError(
        'FILES_DIFFER',
        `The files are not the ones of this share: ${changed}.`,
      )
    }
    const { mark = { seq: 0, chunkCount: 0 }, journal, handles } = kept
    const { ownerSeed, secret } = journal
    const plan = await restorePlan({ ...journal, secrets: { ownerSeed, secret } }, files, password)
    this.#run(plan, network, { handles, resumption: { mark, grant: journal.grant } })
  }

  pause(shareId: string): void {
    this.#sends.get(shareId)?.pause()
  }

  continue(shareId: string): void {
    this.#sends.get(shareId)?.continue()
  }

  /** Ends an upload and deletes what the seeds had of it. */
  async stop(shareId: string, network: Network): Promise<void> {
    const send = this.#sends.get(shareId)
    if (send === undefined) return
    await send.stop()
    await forgetSend(shareId)
    await this.#delete(send.plan, network)
  }

  /** Takes a share off the list; a failed one can be gone on with from the list of unfinished ones. */
  async forget(shareId: string): Promise<void> {
    if (!this.#sends.delete(shareId)) await forgetSend(shareId)
    await this.refresh()
  }

  #run(
    plan: SharePlan,
    network: Network,
    start: { handles: KeptSend['handles']; resumption: Resumption | undefined },
  ): void {
    const { origin, changed } = this.#ports
    const journal = new BrowserJournal(plan.shareId, start.handles, Date.now())
    const session = new SendSession(
      {
        journal,
        requestGrant: () =>
          requestGrant(network, { shareId: plan.shareId, maxChunks: plan.chunkCount }, undefined),
        refreshNetwork: () => openNetwork(browserNetworks, origin),
        canReach,
        nowMs: Date.now,
        randomBytes,
        // A page that is open waits as long as the person does.
        patience: { startMs: Infinity, stalledMs: Infinity },
      },
      { plan, network, resumption: start.resumption },
    )
    const keepStored = (bytes: number): void => void (journal.storedBytes = bytes)
    const send = new PageSend({ plan, network, session, keepStored, changed })
    this.#sends.set(plan.shareId, send)
    void holdLock(plan.shareId, session.done)
    changed()
  }

  async #delete(plan: SharePlan, network: Network): Promise<void> {
    const signal = AbortSignal.timeout(DELETE_MS)
    // What cannot be told now expires by itself; a share without a checkpoint is dropped within the hour.
    await deleteShare({ ...plan, ...plan.secrets }, network, { signal, nowMs: Date.now }).catch(
      () => undefined,
    )
  }
}

/** Two tabs never upload the same share at once. */
async function holdLock(shareId: string, done: Promise<unknown>): Promise<void> {
  await navigator.locks.request(lockName(shareId), () => done.catch(() => undefined))
}

function lockName(shareId: string): string {
  return `skerry send ${shareId}`
}

function unfinishedOf({
  shareId,
  journal,
  startedAtMs,
  storedBytes,
  handles,
}: KeptSend): UnfinishedSnapshot {
  return {
    shareId,
    title: titleOf(journal.files),
    fileCount: journal.files.length,
    totalBytes: journal.files.reduce((sum, { size }) => sum + size, 0),
    storedBytes,
    startedAtMs,
    hasPassword: decodeGenesis(journal.genesisBytes).kdfLogN !== undefined,
    hasHandles: handles.length > 0 && handles.every((handle) => handle !== undefined),
  }
}

async function filesOfHandles({ journal, handles }: KeptSend): Promise<PickedFile[]> {
  const files = journal.files.map(async ({ path }, i) => {
    try {
      return { path, file: await handles[i]?.getFile() }
    } catch (cause) {
      const message = 'The browser may no longer read the files by itself. Choose them again.'
      throw new TransferError('FILE_UNREADABLE', message, { cause })
    }
  })
  return Promise.all(files)
}

/** The picked files in the order of the share; what is missing or new shows as a difference. */
function inOrder(kept: KeptSend, picked: readonly PickedFile[]): PickedFile[] {
  const byPath = new Map(picked.map((one) => [one.path, one]))
  const known = kept.journal.files.flatMap(({ path }) => byPath.get(path) ?? [])
  return known.length === picked.length ? known : [...picked]
}

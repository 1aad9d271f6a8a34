import { TransferError } from '../../protocol/errors.ts'
import type { Network } from '../engine/network.ts'
import { SendSession } from '../engine/send/send-session.ts'
import { planShare, restorePlan, type SharePlan } from '../engine/send/share-plan.ts'
import { deleteSent } from './delete-sent.ts'
import type { PageMessage } from './messages.ts'
import { randomBytes } from './page-platform.ts'
import { PageFile } from './page-file.ts'
import type { PageSend } from './page-send.ts'
import { PickedAgain } from './picked-again.ts'
import { checkCode } from './send-grants.ts'
import { heldSends, takeSendLock, untilFree } from './send-lock.ts'
import { sendingWords } from './sending-words.ts'
import { ShareTurns, type ShareAction } from './share-turns.ts'
import {
  forgetSend,
  forgotten,
  listSends,
  startOf,
  type KeptSend,
  type RunStart,
} from './send-store.ts'
import type { UnfinishedSnapshot } from './snapshot.ts'
import { startSend, type DeskPorts } from './start-send.ts'
import { filesOfHandles, handlesOf, unfinishedOf } from './unfinished.ts'

export type SendMessage = Extract<
  PageMessage,
  { type: 'send' | 'resume' | 'forget' | 'pause' | 'continue' | 'stop' }
>
type ResumeMessage = Extract<PageMessage, { type: 'resume' }>

/** All uploads of this page: those that run, and those that an earlier page left unfinished. */
export class SendDesk {
  /** What a person is told of what it throws. */
  readonly words = sendingWords
  readonly #ports: DeskPorts
  readonly #sends = new Map<string, PageSend>()
  /** Waited for until the tabs that send them are through. */
  readonly #elsewhere = new Set<string>()
  #kept: readonly KeptSend[] = []
  /** What was picked again of those that are unfinished. */
  readonly #again = new Map<string, PickedAgain>()
  readonly #turns = new ShareTurns()

  constructor(ports: DeskPorts) {
    this.#ports = ports
  }

  get sends(): readonly PageSend[] {
    return [...this.#sends.values()]
  }

  get unfinished(): readonly UnfinishedSnapshot[] {
    const kept = this.#kept.filter(({ shareId }) => !this.#sends.has(shareId))
    return kept.map((send) => unfinishedOf(send, this.#againOf(send), Date.now()))
  }

  /** Looks for uploads that no page is running: each holds a lock while it runs, in whatever tab. */
  async refresh(): Promise<void> {
    const all = await listSends()
    const held = await heldSends(all.map(({ shareId }) => shareId))
    this.#kept = all.filter(({ shareId }) => !held.has(shareId))
    for (const kept of this.#kept) this.#tellHandles(kept)
    for (const shareId of held) if (!this.#sends.has(shareId)) void this.#watch(shareId)
    this.#ports.changed()
  }

  /**
   * @returns The share that it was about.
   * @throws {TransferError} What keeps it from being done.
   */
  async take(message: SendMessage, network: Network): Promise<string> {
    if (message.type === 'send') return this.#send(message, network)
    await this.#act(message, network)
    return message.shareId
  }

  async #act(message: Exclude<SendMessage, { type: 'send' }>, network: Network): Promise<void> {
    switch (message.type) {
      case 'resume':
        if (this.#sends.has(message.shareId)) return undefined
        return this.#alone(message, () => this.#resume(message, network))
      case 'forget':
        return this.#forget(message)
      case 'pause':
        return this.#sends.get(message.shareId)?.pause()
      case 'continue':
        return this.#continue(message, network)
      case 'stop':
        return this.#stop(message, network)
    }
  }

  /**
   * Makes a share of the files and sends it.
   *
   * @returns Its id.
   * @throws {TransferError} As `planShare` does; TOKEN_WRONG if the network takes the access code for none of its own.
   */
  async #send(
    { files: picked, options }: Extract<PageMessage, { type: 'send' }>,
    network: Network,
  ): Promise<string> {
    const files = picked.map((one) => new PageFile(one))
    const { replicas, jurisdictions, denied, lifeMs, password, peers, accessCode } = options
    if (accessCode !== undefined) await this.#ports.code.keep(accessCode)
    const request = {
      files,
      policy: { replicas, jurisdictions, denied },
      ...(password === undefined ? {} : { password }),
      expiresInMs: lifeMs,
      peers,
    }
    const plan = await planShare(request, network, { randomBytes, nowMs: Date.now })
    const handles = picked.map(({ handle }) => handle)
    const start = { handles, startedAtMs: Date.now(), resumption: undefined }
    const grant = await checkCode(plan, network, this.#ports.code)
    const action = { type: 'send', shareId: plan.shareId }
    await this.#alone(action, async () => this.#run(plan, network, { ...start, grant }))
    return plan.shareId
  }

  /**
   * Goes on with an unfinished share, once all its files were picked again.
   *
   * @returns undefined while some are missing.
   * @throws {TransferError} FILES_DIFFER, FILE_UNREADABLE, PASSWORD_NEEDED, PASSWORD_WRONG; SHARE_MISSING if another
   *   tab finished or forgot it.
   */
  async #resume(
    { shareId, files: picked, password }: ResumeMessage,
    network: Network,
  ): Promise<SendSession | undefined> {
    // Another tab may have gone on with it since it was listed here.
    const kept = (await listSends()).find((send) => send.shareId === shareId)
    if (kept === undefined) {
      await this.refresh()
      const message = 'It was finished or forgotten since, here or in another tab of this browser.'
      throw new TransferError('SHARE_MISSING', message)
    }
    const again = this.#againOf(kept)
    if (picked.length > 0) again.add(picked)
    else if (!again.isWhole) again.add(await filesOfHandles(kept))
    const files = again.files?.map((one) => new PageFile(one))
    // What is missing is listed with the share.
    if (files === undefined) return undefined
    const { journal } = kept
    const { ownerSeed, secret } = journal
    const plan = await restorePlan({ ...journal, secrets: { ownerSeed, secret } }, files, password)
    this.#again.delete(shareId)
    return this.#run(plan, network, startOf(kept))
  }

  #tellHandles(kept: KeptSend): void {
    const handles = handlesOf(kept)
    if (handles === undefined) return
    this.#ports.tell({ type: 'handles', shareId: kept.shareId, handles })
  }

  #againOf({ shareId, journal }: KeptSend): PickedAgain {
    const again = this.#again.get(shareId) ?? new PickedAgain(journal.files)
    this.#again.set(shareId, again)
    return again
  }

  setGiving(shareId: string, isOn: boolean): void {
    this.#sends.get(shareId)?.setGiving(isOn)
  }

  /** After a pause, or after a failure, with the files as they were chosen. */
  async #continue(action: ShareAction, network: Network): Promise<void> {
    const { shareId } = action
    const send = this.#sends.get(shareId)
    if (send?.isFailed !== true) return send?.continue()
    await this.#alone(action, async () => {
      const kept = (await listSends()).find((one) => one.shareId === shareId)
      return this.#run(send.plan, network, kept === undefined ? forgotten() : startOf(kept))
    })
  }

  /** Ends an upload and deletes what the seeds had of it. */
  async #stop(action: ShareAction, network: Network): Promise<void> {
    await this.#turns.take(action, async () => {
      const send = this.#sends.get(action.shareId)
      const stop = async (): Promise<void> => send?.stop(() => deleteSent(send.plan, network))
      // Another tab may have gone on with one that failed here.
      await (send?.isFailed === true ? this.#locked(action.shareId, stop) : stop())
    })
  }

  /** Takes a share off the list; a failed one can be gone on with from the list of unfinished ones. */
  async #forget(action: ShareAction): Promise<void> {
    const { shareId } = action
    const forget = (): Promise<void> => forgetSend(shareId)
    await this.#turns.take(action, async () => {
      const send = this.#sends.get(shareId)
      // It was gone on with a moment before: what was wanted last counts.
      if (send?.isRunning === true) await send.stop(() => forget().then(() => true))
      if (!this.#sends.delete(shareId)) await this.#locked(shareId, forget)
    })
    this.#again.delete(shareId)
    await this.refresh()
  }

  /**
   * Keeps every other tab away from a share until what is begun here is over.
   *
   * @throws {TransferError} FOLDER_IN_USE if another tab is at it.
   */
  async #alone(action: ShareAction, begin: () => Promise<unknown>): Promise<void> {
    await this.#turns.take(action, () => this.#locked(action.shareId, begin))
  }

  async #locked(shareId: string, begin: () => Promise<unknown>): Promise<void> {
    const release = await takeSendLock(shareId)
    if (release === undefined) {
      await this.refresh()
      const message = 'Another tab of this browser is sending this share already.'
      throw new TransferError('FOLDER_IN_USE', message)
    }
    try {
      const session = await begin()
      if (session instanceof SendSession) session.done.then(release, release)
      else release()
    } catch (cause) {
      release()
      throw cause
    }
  }

  #run(plan: SharePlan, network: Network, start: RunStart): SendSession {
    const { send, session } = startSend({ plan, network, start }, this.#ports)
    this.#sends.set(plan.shareId, send)
    this.#ports.changed()
    return session
  }

  /** Lists what a tab that was closed or crashed left unfinished. */
  async #watch(shareId: string): Promise<void> {
    if (this.#elsewhere.has(shareId)) return
    this.#elsewhere.add(shareId)
    await untilFree(shareId)
    this.#elsewhere.delete(shareId)
    await this.refresh()
  }
}

import { html, LitElement, nothing } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import { isAtRisk } from '../page/page-state.ts'
import { mergeNumbered, outdatedBy } from '../page/chosen-files.ts'
import type { PageMessage, PickedFile } from '../worker/messages.ts'
import type { AppSnapshot, SendSnapshot, UnfinishedSnapshot } from '../worker/snapshot.ts'
import { AskEvent } from './ask-event.ts'
import './drop-zone.ts'
import type { FilesPickedEvent } from './file-picker.ts'
import './problem-note.ts'
import './send-card.ts'
import type { SendActionEvent } from './send-card.ts'
import './send-form.ts'
import type { RemoveFilesEvent, SendEvent } from './send-form.ts'
import { keepFocus } from './keep-focus.ts'
import { sendViewStyles } from './send-view-styles.ts'
import { sharedStyles } from './shared-styles.ts'
import './unfinished-card.ts'
import type { ForgetEvent, ResumeEvent } from './unfinished-card.ts'
import './steps-note.ts'
import { unreadNote } from './unread-note.ts'
import './welcome-note.ts'

/** What the place where files come in is for. */
const leads = {
  first: 'Drop files or folders here',
  more: 'Add more: drop or paste it anywhere',
  other: 'Send something else',
} as const

/**
 * Sending: files come in, are looked over, and go out as shares. Keeps the files chosen and not yet sent.
 *
 * @fires ask-worker - Something for the worker.
 */
export class SendView extends LitElement {
  static override properties = {
    snapshot: { attribute: false },
    chosen: { state: true },
    unread: { state: true },
    pending: { state: true },
  }
  /** Undefined until the worker has said its first word. */
  declare snapshot: AppSnapshot | undefined
  declare chosen: readonly PickedFile[]
  /** Paths of what was to be chosen with them, and could not be read. */
  declare unread: readonly string[]
  /** What was sent and is no share yet: it stays chosen in case that it cannot become one. */
  declare pending: Readonly<{ sendId: number; files: readonly PickedFile[] }> | undefined
  /** The share that the person waits for. */
  #awaited: string | undefined
  #sendCount = 0

  static override styles = [sharedStyles, sendViewStyles]

  constructor() {
    super()
    this.chosen = []
    this.unread = []
    this.pending = undefined
    const find = (what: string): HTMLElement | null => this.renderRoot.querySelector(what)
    keepFocus(this, () => find('section h2') ?? find('h1, welcome-note'))
  }

  override willUpdate(): void {
    if (this.pending === undefined) return
    const { lastSend } = this.snapshot ?? {}
    if (lastSend?.sendId !== this.pending.sendId) return
    this.#awaited = lastSend.shareId ?? this.#awaited
    const isShare = lastSend.shareId !== undefined
    const sent = new Set(isShare ? this.pending.files : [])
    this.chosen = this.chosen.filter((file) => !sent.has(file))
    if (isShare) this.unread = []
    this.pending = undefined
  }

  override render(): unknown {
    const { sends = [], sendProblem, unfinished = [], network } = this.snapshot ?? {}
    const isChosen = this.chosen.length > 0
    const isQuiet = sends.length === 0 && !isChosen
    const places = network?.places.map(({ jurisdiction }) => jurisdiction) ?? []
    const shares = repeat(
      sends.toReversed(),
      ({ shareId }) => shareId,
      (send) => this.#send(send),
    )
    const problem =
      sendProblem === undefined
        ? nothing
        : html`<problem-note .problem=${sendProblem}></problem-note>`
    if (isQuiet) {
      return html`
        <welcome-note .places=${places}></welcome-note>
        ${problem} ${unreadNote(this.unread)} ${this.#unfinished(unfinished)}
        ${this.#zone(unfinished.length > 0 ? 'other' : 'first')}
        ${unfinished.length > 0 ? nothing : html`<steps-note></steps-note>`}
      `
    }
    return html`
      <h1 class="visually-hidden" tabindex="-1">Send files</h1>
      ${problem} ${unreadNote(this.unread)} ${this.#form()}
      ${isChosen ? this.#zone('more') : nothing} ${shares}
      ${isChosen ? nothing : this.#zone('other')} ${this.#unfinished(unfinished)}
    `
  }

  override updated(): void {
    const cards = [...this.renderRoot.querySelectorAll('send-card')]
    const card = cards.find(({ send }) => send.shareId === this.#awaited)
    if (card === undefined) return
    this.#awaited = undefined
    card.focus()
  }

  #zone(use: keyof typeof leads): unknown {
    return html`<drop-zone
      ?compact=${use !== 'first'}
      .lead=${leads[use]}
      @files-picked=${this.#picked}
    ></drop-zone>`
  }

  #form(): unknown {
    if (this.chosen.length === 0 || this.snapshot === undefined) return nothing
    return html`<send-form
      .files=${this.chosen}
      .network=${this.snapshot.network}
      .isBusy=${this.pending !== undefined}
      @send-files=${this.#sendFiles}
      @remove-files=${this.#remove}
      @clear-files=${this.#clear}
    ></send-form>`
  }

  #send(send: SendSnapshot): unknown {
    const { shareId } = send
    const others = this.snapshot?.sends.filter((other) => other !== send) ?? []
    return html`<send-card
      .send=${send}
      .othersNeedPage=${others.some(isAtRisk)}
      @send-action=${({ action }: SendActionEvent) =>
        this.#ask({ type: action === 'dismiss' ? 'forget' : action, shareId })}
      @challenge-seeds=${() => this.#ask({ type: 'challenge', shareId })}
      @problem-retry=${() => this.#ask({ type: 'continue', shareId })}
    ></send-card>`
  }

  #unfinished(shares: readonly UnfinishedSnapshot[]): unknown {
    if (shares.length === 0) return nothing
    return html`<section
      class="unfinished"
      aria-labelledby="unfinished"
      @share-resume=${this.#resume}
      @share-forget=${({ shareId }: ForgetEvent) => this.#ask({ type: 'forget', shareId })}
    >
      <h2 id="unfinished" tabindex="-1">Not finished yet</h2>
      ${repeat(
        shares,
        ({ shareId }) => shareId,
        (share) => html`<unfinished-card .share=${share}></unfinished-card>`,
      )}
    </section>`
  }

  async #picked(event: FilesPickedEvent): Promise<void> {
    const outdated = await outdatedBy(this.chosen, event.files)
    const known = this.chosen.length > 0 ? this.unread : []
    const paths = new Set(event.files.map(({ path }) => path))
    // A folder that could not be read before is read once something in it is there.
    const isBack = (lost: string): boolean =>
      paths.has(lost) ||
      (lost.endsWith('/') && event.files.some(({ path }) => path.startsWith(lost)))
    const before = known.filter((lost) => !isBack(lost))
    const current = this.chosen.filter((file) => !outdated.has(file))
    this.chosen = mergeNumbered(current, event.files)
    this.unread = [...new Set([...before, ...event.unread])]
    await this.updateComplete
    this.renderRoot.querySelector('send-form')?.focus()
  }

  #sendFiles(event: SendEvent): void {
    this.#sendCount += 1
    this.pending = { sendId: this.#sendCount, files: this.chosen }
    this.#ask({ type: 'send', ...this.pending, options: event.options })
  }

  #remove({ path: out }: RemoveFilesEvent): void {
    const isOut = (path: string): boolean =>
      path === out || (out.endsWith('/') && path.startsWith(out))
    this.chosen = this.chosen.filter(({ path }) => !isOut(path))
    this.unread = this.chosen.length > 0 ? this.unread.filter((path) => !isOut(path)) : []
  }

  #clear(): void {
    this.chosen = []
    this.unread = []
  }

  #resume({ shareId, files, password }: ResumeEvent): void {
    this.#awaited = shareId
    const secret = password === undefined ? {} : { password }
    this.#ask({ type: 'resume', shareId, files, ...secret })
  }

  #ask(message: PageMessage): void {
    this.dispatchEvent(new AskEvent(message))
  }
}

customElements.define('send-view', SendView)

declare global {
  interface HTMLElementTagNameMap {
    'send-view': SendView
  }
}

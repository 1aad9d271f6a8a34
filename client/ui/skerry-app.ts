import { html, LitElement, nothing } from 'lit'
import { mergePicked } from '../page/picked-files.ts'
import type { PageMessage, PickedFile } from '../worker/messages.ts'
import type { AppSnapshot, SendSnapshot, UnfinishedSnapshot } from '../worker/snapshot.ts'
import { countryList } from './country.ts'
import './drop-zone.ts'
import './receive-view.ts'
import './send-card.ts'
import './send-form.ts'
import './unfinished-card.ts'
import { appStyles } from './app-styles.ts'
import type { FilesPickedEvent } from './drop-zone.ts'
import type { PasswordEvent } from './password-form.ts'
import type { SaveEvent } from './receive-view.ts'
import type { SaveStopEvent } from './save-row.ts'
import type { SendActionEvent } from './send-card.ts'
import type { SendEvent } from './send-form.ts'
import { sharedStyles } from './shared-styles.ts'
import type { UnfinishedActionEvent } from './unfinished-card.ts'

/** Carries what the page asks of the worker. */
export class AskEvent extends Event {
  readonly message: PageMessage

  constructor(message: PageMessage) {
    super('ask-worker')
    this.message = message
  }
}

/** Carries that files are wanted for an unfinished share, through the browser's picker. */
type Waiting = Readonly<{ shareId: string; kind: 'files' | 'folder' }>

/**
 * The whole page. It keeps the files chosen and not yet sent; everything else comes as one snapshot.
 *
 * @fires ask-worker - Something for the worker.
 */
export class SkerryApp extends LitElement {
  static override properties = {
    snapshot: { attribute: false },
    isReceiving: { type: Boolean },
    crash: { attribute: false },
    chosen: { state: true },
  }
  /** Undefined until the worker has said its first word. */
  declare snapshot: AppSnapshot | undefined
  declare isReceiving: boolean
  declare crash: string | undefined
  declare chosen: readonly PickedFile[]
  #waiting: Waiting | undefined

  static override styles = [sharedStyles, appStyles]

  constructor() {
    super()
    this.snapshot = undefined
    this.isReceiving = false
    this.crash = undefined
    this.chosen = []
  }

  override render(): unknown {
    return html`
      <header>
        <a href="/" class="brand" aria-label="Skerry, start page">
          <img src="/icon.svg" alt="" width="32" height="32" />Skerry
        </a>
        ${this.isReceiving ? html`<a href="/">Send files yourself</a>` : nothing}
      </header>
      <main>${this.#main()}</main>
      <footer class="small soft">${this.#footer()}</footer>
    `
  }

  #main(): unknown {
    if (this.crash !== undefined) return this.#crashed(this.crash)
    if (this.isReceiving) return this.#receiving()
    return this.#sending()
  }

  #receiving(): unknown {
    const receive = this.snapshot?.receive
    if (receive === undefined) return html`<p class="card soft" role="status">Opening the link…</p>`
    const { shareId } = receive
    return html`
      <h1 class="visually-hidden">Files for you</h1>
      <receive-view
        .receive=${receive}
        .canPickFolder=${'showDirectoryPicker' in window}
        @password-given=${({ text }: PasswordEvent) => this.#ask({ type: 'password', text })}
        @save-files=${(e: SaveEvent) => this.#save(e)}
        @save-stop=${({ saveId }: SaveStopEvent) => this.#ask({ type: 'cancel-save', saveId })}
        @problem-retry=${() => this.#ask({ type: 'retry' })}
        @challenge-seeds=${() => shareId !== undefined && this.#ask({ type: 'challenge', shareId })}
      ></receive-view>
    `
  }

  #sending(): unknown {
    const sends = this.snapshot?.sends ?? []
    const isQuiet = sends.length === 0 && this.chosen.length === 0
    return html`
      ${isQuiet ? this.#welcome() : html`<h1 class="visually-hidden">Send files</h1>`}
      ${sends.toReversed().map((send) => this.#send(send))} ${this.#form()}
      <drop-zone ?compact=${!isQuiet} @files-picked=${this.#picked}></drop-zone>
      ${(this.snapshot?.unfinished ?? []).map((share) => this.#unfinished(share))}
    `
  }

  #welcome(): unknown {
    const places = this.snapshot?.network.places ?? []
    const where =
      places.length > 1
        ? countryList(places.map(({ jurisdiction }) => jurisdiction))
        : 'two countries'
    return html`
      <div class="welcome">
        <h1>Send files that only your people can open</h1>
        <p class="soft">
          They are encrypted here, before anything leaves this page. Independent seeds in ${where}
          keep them, and cannot read them. You get a link at once.
        </p>
      </div>
    `
  }

  #form(): unknown {
    if (this.chosen.length === 0 || this.snapshot === undefined) return nothing
    return html`<send-form
      .files=${this.chosen}
      .network=${this.snapshot.network}
      @send-files=${this.#sendFiles}
      @clear-files=${() => (this.chosen = [])}
    ></send-form>`
  }

  #send(send: SendSnapshot): unknown {
    const { shareId } = send
    return html`<send-card
      data-share=${shareId}
      .send=${send}
      @send-action=${(e: SendActionEvent) => this.#act(e, shareId)}
      @challenge-seeds=${() => this.#ask({ type: 'challenge', shareId })}
      @problem-retry=${() => this.#ask({ type: 'continue', shareId })}
    ></send-card>`
  }

  #unfinished(share: UnfinishedSnapshot): unknown {
    return html`<unfinished-card
      .share=${share}
      @unfinished-action=${this.#actUnfinished}
    ></unfinished-card>`
  }

  #footer(): unknown {
    const network = this.snapshot?.network
    const offline = html`<p role="status">
      The network's directory cannot be reached just now. What is known of it from before is used.
    </p>`
    return html`
      ${network?.state === 'offline' ? offline : nothing}
      <p>
        Whoever serves this page's code could read what this page opens. Seeds see sizes and times,
        never names or content.
      </p>
    `
  }

  #crashed(message: string): unknown {
    return html`<problem-note
      .problem=${{
        title: 'Something in this page broke',
        detail: `${message} What the seeds have stored is safe.`,
        next: 'Reload the page: an unfinished share is listed there and goes on with the same files.',
        canRetry: false,
      }}
    ></problem-note>`
  }

  readonly #picked = (event: FilesPickedEvent): void => {
    const waiting = this.#waiting
    this.#waiting = undefined
    if (waiting === undefined) this.chosen = mergePicked(this.chosen, event.files)
    else this.#ask({ type: 'resume', shareId: waiting.shareId, files: event.files })
  }

  readonly #sendFiles = (event: SendEvent): void => {
    this.#ask({ type: 'send', files: this.chosen, options: event.options })
    this.chosen = []
  }

  #act({ action }: SendActionEvent, shareId: string): void {
    this.#ask({ type: action === 'dismiss' ? 'forget' : action, shareId })
  }

  readonly #actUnfinished = ({ action, shareId }: UnfinishedActionEvent): void => {
    if (action === 'resume') return this.#ask({ type: 'resume', shareId, files: [] })
    if (action === 'forget') return this.#ask({ type: 'forget', shareId })
    this.#waiting = { shareId, kind: action === 'pick-files' ? 'files' : 'folder' }
    this.renderRoot.querySelector('drop-zone')?.pick(this.#waiting.kind)
  }

  #save({ wanted }: SaveEvent): void {
    if (wanted === 'folder') return void this.#saveIntoFolder()
    this.#ask({ type: 'save', saveId: crypto.randomUUID(), target: wanted })
  }

  async #saveIntoFolder(): Promise<void> {
    // The button is there only where the picker is; closing the picker is no error.
    const directory = await window
      .showDirectoryPicker?.({ mode: 'readwrite' })
      .catch(() => undefined)
    if (directory === undefined) return
    this.#ask({ type: 'save', saveId: crypto.randomUUID(), target: { kind: 'folder', directory } })
  }

  #ask(message: PageMessage): void {
    this.dispatchEvent(new AskEvent(message))
  }
}

customElements.define('skerry-app', SkerryApp)

declare global {
  interface HTMLElementEventMap {
    'ask-worker': AskEvent
  }
  interface HTMLElementTagNameMap {
    'skerry-app': SkerryApp
  }
}

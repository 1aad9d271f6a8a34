import { html, LitElement, nothing } from 'lit'
import type { PageMessage, SaveTarget } from '../worker/messages.ts'
import type { AppSnapshot } from '../worker/snapshot.ts'
import { appStyles } from './app-styles.ts'
import { AskEvent } from './ask-event.ts'
import './crash-note.ts'
import { icon } from './icon.ts'
import { keepFocus } from './keep-focus.ts'
import './limits-note.ts'
import './opening-note.ts'
import type { PasswordEvent } from './password-form.ts'
import type { SaveEvent } from './save-event.ts'
import type { SaveStopEvent } from './save-row.ts'
import { sharedStyles } from './shared-styles.ts'
// What both views are made of comes with the first script, so that a view is one request and no more.
import './country.ts'
import './custody-panel.ts'
import './folder-items.ts'
import './form-text.ts'
import './spoken-words.ts'
import './swarm-panel.ts'
import './verdict-note.ts'
import './when-words.ts'
import '../words.ts'
import '../../protocol/limits.ts'

/**
 * The whole page: its frame, and in it sending, receiving, or what is left after a crash. Whoever makes it loads
 * the view that it will show, and only that one.
 *
 * @fires ask-worker - Something for the worker.
 */
export class SkerryApp extends LitElement {
  static override properties = {
    snapshot: { attribute: false },
    isReceiving: { type: Boolean },
    crash: { attribute: false },
  }
  /** Undefined until the worker has said its first word. */
  declare snapshot: AppSnapshot | undefined
  declare isReceiving: boolean
  declare crash: string | undefined
  #saveCount = 0

  static override styles = [sharedStyles, appStyles]

  constructor() {
    super()
    this.snapshot = undefined
    this.isReceiving = false
    this.crash = undefined
    keepFocus(this, () => this.renderRoot.querySelector('receive-view, opening-note'))
  }

  override connectedCallback(): void {
    super.connectedCallback()
    // On the window, which comes after the document: whoever takes files has done so by then.
    addEventListener('dragover', this.#refuseDrop)
    addEventListener('drop', this.#refuseDrop)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    removeEventListener('dragover', this.#refuseDrop)
    removeEventListener('drop', this.#refuseDrop)
  }

  override render(): unknown {
    return html`
      <header>
        <a href="/" class="brand" aria-label="Skerry, start page">
          <img src="/icon.svg" alt="" width="36" height="36" />Skerry
        </a>
        ${this.isReceiving ? html`<a href="/">Send files yourself</a>` : nothing}
      </header>
      <main>${this.#offline()} ${this.#main()}</main>
      <footer class="soft"><limits-note></limits-note></footer>
    `
  }

  #main(): unknown {
    if (this.crash !== undefined) {
      const links = this.snapshot?.sends ?? []
      return html`<crash-note .message=${this.crash} .sends=${links}></crash-note>`
    }
    if (!this.isReceiving) return html`<send-view .snapshot=${this.snapshot}></send-view>`
    return this.#receiving()
  }

  #receiving(): unknown {
    const receive = this.snapshot?.receive
    if (receive === undefined) return html`<opening-note></opening-note>`
    const { shareId } = receive
    return html`<receive-view
      .receive=${receive}
      .canPickFolder=${'showDirectoryPicker' in window}
      @password-given=${({ text }: PasswordEvent) => this.#ask({ type: 'password', text })}
      @save-files=${({ wanted }: SaveEvent) => this.#save(wanted)}
      @save-stop=${({ saveId }: SaveStopEvent) => this.#ask({ type: 'cancel-save', saveId })}
      @problem-retry=${() => this.#ask({ type: 'retry' })}
      @custody-opened=${() => shareId !== undefined && this.#ask({ type: 'receipts', shareId })}
      @challenge-seeds=${() => shareId !== undefined && this.#ask({ type: 'challenge', shareId })}
    ></receive-view>`
  }

  #offline(): unknown {
    const { network } = this.snapshot ?? {}
    if (network?.state !== 'offline' || this.crash !== undefined) return nothing
    const known = network.places.length > 0 ? ' What is known of it from before is used.' : ''
    return html`<p class="notice" role="status">
      ${icon('clock')}
      <span
        >The network's directory cannot be reached just now. It is asked again by
        itself.${known}</span
      >
    </p>`
  }

  #save(wanted: SaveEvent['wanted']): void {
    if (wanted === 'folder') void this.#saveIntoFolder()
    else this.#startSave(wanted)
  }

  /** The id tells the saves of this page apart, and nothing more: what opens a download is made elsewhere. */
  #startSave(target: SaveTarget): void {
    this.#saveCount += 1
    this.#ask({ type: 'save', saveId: `save-${this.#saveCount}`, target })
  }

  async #saveIntoFolder(): Promise<void> {
    // The button is there only where the picker is; closing the picker is no error.
    const directory = await window
      .showDirectoryPicker?.({ mode: 'readwrite' })
      .catch(() => undefined)
    if (directory !== undefined) this.#startSave({ kind: 'folder', directory })
  }

  /** Where nothing takes files, the browser would leave the page to show the one that was dropped. */
  readonly #refuseDrop = (event: DragEvent): void => {
    if (event.defaultPrevented || event.dataTransfer?.types.includes('Files') !== true) return
    event.preventDefault()
    event.dataTransfer.dropEffect = 'none'
  }

  #ask(message: PageMessage): void {
    this.dispatchEvent(new AskEvent(message))
  }
}

customElements.define('skerry-app', SkerryApp)

declare global {
  interface HTMLElementTagNameMap {
    'skerry-app': SkerryApp
  }
}

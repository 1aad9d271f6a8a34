import { css, html, LitElement } from 'lit'
import { filesOfDrop, filesOfInput, filesOfPaste } from '../page/picked-files.ts'
import type { PickedFile } from '../worker/messages.ts'
import { sharedStyles } from './shared-styles.ts'

/** Carries what a person dropped, picked or pasted. */
export class FilesPickedEvent extends Event {
  readonly files: readonly PickedFile[]

  constructor(files: readonly PickedFile[]) {
    super('files-picked', { bubbles: true, composed: true })
    this.files = files
  }
}

/**
 * Where files come in: dropped, picked, or pasted anywhere on the page.
 *
 * @fires files-picked - Files or folders came in.
 */
export class DropZone extends LitElement {
  static override properties = {
    compact: { type: Boolean, reflect: true },
    isOver: { state: true },
    isReading: { state: true },
  }
  declare compact: boolean
  declare isOver: boolean
  declare isReading: boolean

  static override styles = [
    sharedStyles,
    css`
      .zone {
        display: grid;
        justify-items: center;
        gap: var(--gap-4);
        padding: var(--gap-6) var(--gap-4);
        border: 2px dashed var(--line-strong);
        border-radius: var(--round);
        background: var(--surface);
        text-align: center;
        transition: border-color 0.15s;
      }
      :host([compact]) .zone {
        padding: var(--gap-4);
      }
      .zone.over {
        border-color: var(--accent);
        border-style: solid;
        background: var(--sunken);
      }
      .lead {
        font-size: 1.25rem;
        font-weight: 600;
      }
      :host([compact]) .lead {
        font-size: 1rem;
      }
      .row {
        justify-content: center;
      }
      input {
        display: none;
      }
    `,
  ]

  constructor() {
    super()
    this.compact = false
    this.isOver = false
    this.isReading = false
  }

  override connectedCallback(): void {
    super.connectedCallback()
    document.addEventListener('paste', this.#paste)
    document.addEventListener('dragover', this.#dragOver)
    document.addEventListener('dragleave', this.#dragLeave)
    document.addEventListener('drop', this.#drop)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    document.removeEventListener('paste', this.#paste)
    document.removeEventListener('dragover', this.#dragOver)
    document.removeEventListener('dragleave', this.#dragLeave)
    document.removeEventListener('drop', this.#drop)
  }

  override render(): unknown {
    return html`
      <div class="zone ${this.isOver ? 'over' : ''}">
        <p class="lead" role="status">${this.#lead()}</p>
        <div class="row">
          <button class="primary" @click=${() => this.pick('files')}>Choose files</button>
          <button @click=${() => this.pick('folder')}>Choose a folder</button>
        </div>
        <input id="files" type="file" multiple aria-label="Files" @change=${this.#picked} />
        <input
          id="folder"
          type="file"
          webkitdirectory
          aria-label="Folder"
          @change=${this.#picked}
        />
      </div>
    `
  }

  #lead(): string {
    if (this.isReading) return 'Looking at the files…'
    return this.isOver ? 'Let go to add them' : 'Drop files or folders here'
  }

  /** Opens the browser's picker; only while a click is being handled. */
  pick(id: 'files' | 'folder'): void {
    this.renderRoot.querySelector<HTMLInputElement>(`#${id}`)?.click()
  }

  #picked(event: Event): void {
    if (!(event.target instanceof HTMLInputElement)) return
    this.#announce(filesOfInput(event.target))
    // So that the same files can be picked again.
    event.target.value = ''
  }

  readonly #dragOver = (event: DragEvent): void => {
    if (event.dataTransfer?.types.includes('Files') !== true) return
    event.preventDefault()
    this.isOver = true
  }

  readonly #dragLeave = (event: DragEvent): void => {
    if (event.relatedTarget === null) this.isOver = false
  }

  readonly #drop = (event: DragEvent): void => {
    if (event.dataTransfer === null) return
    event.preventDefault()
    this.isOver = false
    // The entries must be taken before the event is over; walking the folders may take a while.
    void this.#read(filesOfDrop(event.dataTransfer))
  }

  readonly #paste = (event: ClipboardEvent): void => {
    if (event.clipboardData !== null) this.#announce(filesOfPaste(event.clipboardData))
  }

  async #read(reading: Promise<PickedFile[]>): Promise<void> {
    this.isReading = true
    try {
      this.#announce(await reading)
    } finally {
      this.isReading = false
    }
  }

  #announce(files: readonly PickedFile[]): void {
    if (files.length > 0) this.dispatchEvent(new FilesPickedEvent(files))
  }
}

customElements.define('drop-zone', DropZone)

declare global {
  interface HTMLElementTagNameMap {
    'drop-zone': DropZone
  }
}

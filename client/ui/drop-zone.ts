import { html, LitElement, nothing } from 'lit'
import { filesOfDrop } from '../page/dropped-files.ts'
import { filesOfPaste } from '../page/picked-files.ts'
import { dropStyles } from './drop-styles.ts'
import { FilesPickedEvent } from './file-picker.ts'
import './file-picker.ts'
import { sharedStyles } from './shared-styles.ts'

/**
 * Where files come in: dropped or pasted anywhere on the page, or picked.
 *
 * @fires files-picked - Files or folders came in.
 */
export class DropZone extends LitElement {
  static override properties = {
    compact: { type: Boolean, reflect: true },
    lead: { attribute: false },
    isOver: { state: true },
    isReading: { state: true },
  }
  declare compact: boolean
  declare lead: string
  declare isOver: boolean
  declare isReading: boolean

  static override styles = [sharedStyles, dropStyles]

  constructor() {
    super()
    this.compact = false
    this.lead = 'Drop files or folders here'
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
      <div class="zone">
        <svg class="isles" viewBox="0 0 128 60" aria-hidden="true">
          <path class="rock" d="M18 42 34 16q3-5 6 0l12 17 5-7q3-4 6 0l11 16Z" />
          <path class="rock" d="M82 42 93 27q3-4 6 0l5 6 3-3q3-3 5 0l9 12Z" />
          <path class="sea" d="M6 50q7-6 14 0t14 0 15 0 15 0 15 0 14 0 14 0 14 0" />
        </svg>
        <p class="lead" role="status">${this.isReading ? 'Looking at the files…' : this.lead}</p>
        <div class="row">
          <button class=${this.compact ? '' : 'primary large'} @click=${() => this.#pick('files')}>
            Choose files
          </button>
          <button class=${this.compact ? '' : 'large'} @click=${() => this.#pick('folder')}>
            Choose a folder
          </button>
        </div>
        <file-picker></file-picker>
      </div>
      ${this.isOver ? html`<div class="over"><p class="lead">Let go to add them</p></div>` : nothing}
    `
  }

  #pick(kind: 'files' | 'folder'): void {
    this.renderRoot.querySelector('file-picker')?.pick(kind)
  }

  readonly #dragOver = (event: DragEvent): void => {
    if (event.dataTransfer?.types.includes('Files') !== true) return
    // An unfinished share takes its own.
    this.isOver = !event.defaultPrevented
    event.preventDefault()
  }

  readonly #dragLeave = (event: DragEvent): void => {
    if (event.relatedTarget === null) this.isOver = false
  }

  readonly #drop = (event: DragEvent): void => {
    this.isOver = false
    if (event.dataTransfer === null || event.defaultPrevented) return
    event.preventDefault()
    // The entries must be taken before the event is over; walking the folders may take a while.
    void this.#takeDrop(event.dataTransfer)
  }

  readonly #paste = (event: ClipboardEvent): void => {
    if (event.clipboardData === null || isIntoField(event)) return
    void this.#takePaste(event.clipboardData)
  }

  async #takeDrop(data: DataTransfer): Promise<void> {
    const { files, unread } = await this.#look(filesOfDrop(data))
    if (files.length + unread.length === 0) return
    this.dispatchEvent(new FilesPickedEvent(files, unread))
  }

  async #takePaste(data: DataTransfer): Promise<void> {
    const files = await this.#look(filesOfPaste(data))
    if (files.length > 0) this.dispatchEvent(new FilesPickedEvent(files))
  }

  async #look<Found>(looking: Promise<Found>): Promise<Found> {
    this.isReading = true
    try {
      return await looking
    } finally {
      this.isReading = false
    }
  }
}

/** Such a paste is of text, even where what was copied has a picture of it too. */
function isIntoField(event: ClipboardEvent): boolean {
  const [target] = event.composedPath()
  return target instanceof Element && target.matches(':read-write')
}

customElements.define('drop-zone', DropZone)

declare global {
  interface HTMLElementTagNameMap {
    'drop-zone': DropZone
  }
}

import { css, html, LitElement } from 'lit'
import { filesOfInput } from '../page/picked-files.ts'
import type { PickedFile } from '../worker/messages.ts'

/** Carries what a person dropped, picked or pasted. */
export class FilesPickedEvent extends Event {
  readonly files: readonly PickedFile[]
  /** Paths of what the browser could not read. */
  readonly unread: readonly string[]

  constructor(files: readonly PickedFile[], unread: readonly string[] = []) {
    super('files-picked', { bubbles: true, composed: true })
    this.files = files
    this.unread = unread
  }
}

/**
 * The browser's own pickers, without a look of their own: buttons elsewhere open them.
 *
 * @fires files-picked - Files or a folder were picked.
 */
export class FilePicker extends LitElement {
  static override styles = css`
    :host {
      display: none;
    }
  `

  override render(): unknown {
    return html`
      <input id="files" type="file" multiple aria-label="Files" @change=${this.#picked} />
      <input id="folder" type="file" webkitdirectory aria-label="Folder" @change=${this.#picked} />
    `
  }

  /** Opens the browser's picker; only while a click is being handled. */
  pick(kind: 'files' | 'folder'): void {
    this.renderRoot.querySelector<HTMLInputElement>(`#${kind}`)?.click()
  }

  #picked(event: Event): void {
    if (!(event.target instanceof HTMLInputElement)) return
    const looking = filesOfInput(event.target)
    // So that the same files can be picked again.
    event.target.value = ''
    void this.#announce(looking)
  }

  async #announce(looking: Promise<PickedFile[]>): Promise<void> {
    const files = await looking
    if (files.length > 0) this.dispatchEvent(new FilesPickedEvent(files))
  }
}

customElements.define('file-picker', FilePicker)

declare global {
  interface HTMLElementTagNameMap {
    'file-picker': FilePicker
  }
}

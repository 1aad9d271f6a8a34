import { css, html, LitElement, nothing } from 'lit'
import type { SaveTarget } from '../worker/messages.ts'
import type { ReceiveSnapshot } from '../worker/snapshot.ts'
import { formatBytes, formatCount } from '../words.ts'
import './custody-panel.ts'
import './file-list.ts'
import './password-form.ts'
import './problem-note.ts'
import './save-row.ts'
import type { SaveEntryEvent } from './file-list.ts'
import { sharedStyles } from './shared-styles.ts'

/** Carries how a recipient wants the files. */
export class SaveEvent extends Event {
  readonly wanted: SaveTarget | 'folder'

  constructor(target: SaveTarget | 'folder') {
    super('save-files', { bubbles: true, composed: true })
    this.wanted = target
  }
}

/**
 * A share as its recipient sees it: what is in it, and ways to save it.
 *
 * @fires save-files - Save one file, a zip of all, or into a folder (the page asks for it).
 */
export class ReceiveView extends LitElement {
  static override properties = { receive: { attribute: false }, canPickFolder: { type: Boolean } }
  declare receive: ReceiveSnapshot
  declare canPickFolder: boolean

  static override styles = [
    sharedStyles,
    css`
      .live {
        padding: var(--gap-3) var(--gap-4);
        border-radius: var(--round-small);
        background: var(--warn-ground);
        color: var(--warn);
      }
      .opening {
        min-block-size: 12rem;
        align-content: center;
        text-align: center;
      }
    `,
  ]

  override render(): unknown {
    const { phase, problem, passwordWrong, note } = this.receive
    if (problem !== undefined) return html`<problem-note .problem=${problem}></problem-note>`
    switch (phase) {
      case 'password':
        return html`<password-form .wasWrong=${passwordWrong} .note=${note}></password-form>`
      case 'ready':
        return this.#share()
      default:
        return html`<p class="card opening soft" role="status">
          ${note ?? 'Looking for this share…'}
        </p>`
    }
  }

  #share(): unknown {
    const { title, entries, totalBytes, expiresAtMs, saves, custody } = this.receive
    const fileCount = entries.filter(({ isFolder }) => !isFolder).length
    const until =
      expiresAtMs === undefined
        ? ''
        : ` · until ${new Date(expiresAtMs).toLocaleDateString(undefined, { dateStyle: 'medium' })}`
    return html`
      <article class="card stack" aria-labelledby="title">
        <div>
          <h2 id="title">${title}</h2>
          <p class="soft small numbers">
            ${formatCount(fileCount, 'file')}, ${formatBytes(totalBytes)}${until}
          </p>
        </div>
        ${this.#live()}
        <div class="row">${this.#buttons(fileCount)}</div>
        ${saves.map((save) => html`<save-row .save=${save}></save-row>`)}
        <file-list .entries=${entries} @save-entry=${this.#saveEntry}></file-list>
        <custody-panel .custody=${custody}></custody-panel>
      </article>
    `
  }

  #live(): unknown {
    const { isLive, lastUpdateMs, note } = this.receive
    if (!isLive)
      return note === undefined ? nothing : html`<p class="soft" role="status">${note}</p>`
    const at =
      lastUpdateMs === undefined
        ? ''
        : ` Last news: ${new Date(lastUpdateMs).toLocaleTimeString()}.`
    return html`<p class="live" role="status">
      The sender is still uploading. You can start now: it arrives as it is sent.${at}
    </p>`
  }

  #buttons(fileCount: number): unknown {
    const { entries } = this.receive
    const only = entries.findIndex(({ isFolder }) => !isFolder)
    const single = fileCount === 1 && entries.length === 1
    return html`
      ${
        single
          ? this.#button({ kind: 'file', entry: only }, 'Save', 'primary')
          : this.#button({ kind: 'zip', entries: undefined }, 'Save all as a zip', 'primary')
      }
      ${this.canPickFolder ? this.#button('folder', 'Save into a folder…', '') : nothing}
    `
  }

  #button(target: SaveTarget | 'folder', words: string, kind: string): unknown {
    const save = (): boolean => this.dispatchEvent(new SaveEvent(target))
    return html`<button class=${kind} @click=${save}>${words}</button>`
  }

  #saveEntry(event: SaveEntryEvent): void {
    this.dispatchEvent(new SaveEvent({ kind: 'file', entry: event.entry }))
  }
}

customElements.define('receive-view', ReceiveView)

declare global {
  interface HTMLElementTagNameMap {
    'receive-view': ReceiveView
  }
}

import { css, html, LitElement, nothing } from 'lit'
import type { EntrySnapshot } from '../worker/snapshot.ts'
import { formatBytes, formatCount } from '../words.ts'
import { sharedStyles } from './shared-styles.ts'

const PAGE_ENTRIES = 100

/** Carries which entry a recipient wants as a file of its own. */
export class SaveEntryEvent extends Event {
  readonly entry: number

  constructor(entry: number) {
    super('save-entry', { bubbles: true, composed: true })
    this.entry = entry
  }
}

/**
 * The files of a share, a hundred at a time: a share may have a hundred thousand.
 *
 * @fires save-entry - The person wants one file.
 */
export class FileList extends LitElement {
  static override properties = { entries: { attribute: false }, shown: { state: true } }
  declare entries: readonly EntrySnapshot[]
  declare shown: number

  static override styles = [
    sharedStyles,
    css`
      li {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto auto;
        align-items: center;
        gap: var(--gap-3);
        min-block-size: var(--target);
        border-block-end: 1px solid var(--line);
      }
      .name {
        overflow-wrap: anywhere;
        /* Names come from strangers: each is kept to its own direction. */
        unicode-bidi: isolate;
      }
      .folder {
        color: var(--ink-soft);
      }
    `,
  ]

  constructor() {
    super()
    this.shown = PAGE_ENTRIES
  }

  override render(): unknown {
    const more = this.entries.length - this.shown
    return html`
      <ul>
        ${this.entries.slice(0, this.shown).map((entry, i) => this.#entry(entry, i))}
      </ul>
      ${more > 0 ? html`<button class="plain" @click=${this.#more}>Show more (${formatCount(more, 'more file')})</button>` : nothing}
    `
  }

  #entry({ path, size, isFolder }: EntrySnapshot, i: number): unknown {
    const slash = path.lastIndexOf('/', path.length - 2) + 1
    const save = (): boolean => this.dispatchEvent(new SaveEntryEvent(i))
    return html`<li>
      <span class="name"
        ><span class="folder">${path.slice(0, slash)}</span>${path.slice(slash)}</span
      >
      <span class="soft small numbers">${isFolder ? 'empty folder' : formatBytes(size)}</span>
      ${isFolder ? nothing : html`<button class="plain" aria-label=${`Save ${path}`} @click=${save}>Save</button>`}
    </li>`
  }

  #more(): void {
    this.shown += PAGE_ENTRIES * 10
  }
}

customElements.define('file-list', FileList)

declare global {
  interface HTMLElementTagNameMap {
    'file-list': FileList
  }
}

import { html, LitElement, nothing, type PropertyValues } from 'lit'
import type { EntrySnapshot } from '../worker/snapshot.ts'
import { formatBytes, formatCount } from '../words.ts'
import {
  type FolderItem,
  itemsOf,
  searchItems,
  type Sized,
  startFolder,
  stepsTo,
} from './folder-items.ts'
import { folderStyles } from './folder-styles.ts'
import { icon } from './icon.ts'
import { SaveEvent } from './save-event.ts'
import { sharedStyles } from './shared-styles.ts'

const SHOWN_FIRST = 100
const SHOWN_MORE = 500
/** Above this many files, a field finds them by name. */
const SEARCH_FROM = 20

/**
 * The files of a share, one folder at a time and in parts: a share may have a hundred thousand.
 *
 * @fires save-files - The person wants one file, or one folder as a zip.
 */
export class FolderView extends LitElement {
  static override properties = {
    entries: { attribute: false },
    folder: { state: true },
    search: { state: true },
    shown: { state: true },
  }
  declare entries: readonly EntrySnapshot[]
  /** The open folder, ending in `/`; empty at the top, undefined until one was opened. */
  declare folder: string | undefined
  declare search: string
  declare shown: number
  #list: readonly Sized[] = []
  #items: readonly FolderItem[] = []

  static override styles = [sharedStyles, folderStyles]

  constructor() {
    super()
    this.folder = undefined
    this.search = ''
    this.shown = SHOWN_FIRST
  }

  override willUpdate(changed: PropertyValues): void {
    const isNew = changed.has('entries')
    if (isNew) this.#list = this.entries.map(({ path, size }) => ({ path, sizeBytes: size }))
    if (!isNew && !changed.has('folder') && !changed.has('search')) return
    this.folder ??= startFolder(this.#list)
    this.#items =
      this.search === '' ? itemsOf(this.#list, this.folder) : searchItems(this.#list, this.search)
  }

  override render(): unknown {
    const shown = this.#items.slice(0, this.shown)
    return html`
      ${this.#list.length > SEARCH_FROM ? this.#field() : nothing} ${this.#way()}
      <ul>
        ${shown.map((item, i) => this.#row(item, i))}
      </ul>
      ${this.#more(this.#items.length - shown.length)}
    `
  }

  #field(): unknown {
    return html`<div class="field">
      ${icon('search')}
      <input
        type="search"
        aria-label="Find a file by its name"
        placeholder="Find a file"
        autocomplete="off"
        spellcheck="false"
        .value=${this.search}
        @input=${this.#find}
      />
      <span class="visually-hidden" role="status">
        ${this.search === '' ? '' : `${formatCount(this.#items.length, 'file')} found`}
      </span>
    </div>`
  }

  /** The way from the top to the open folder. */
  #way(): unknown {
    const steps = stepsTo(this.folder ?? '')
    if (steps.length === 0 || this.search !== '') return nothing
    return html`<nav class="row small" aria-label="Folders">
      <button class="plain" @click=${() => this.#open('')}>All files</button>
      ${steps.map(
        ({ name, path }, i) =>
          html`${icon('chevron')}
          ${
            i === steps.length - 1
              ? html`<strong tabindex="-1" aria-current="page"><bdi>${name}</bdi></strong>`
              : html`<button class="plain" @click=${() => this.#open(path)}>
                  <bdi>${name}</bdi>
                </button>`
          }`,
      )}
    </nav>`
  }

  #row(item: FolderItem, i: number): unknown {
    const isFolder = item.kind === 'folder'
    const isEmpty = isFolder && item.fileCount === 0
    const words = isFolder ? `Save the folder ${item.name} as a zip` : `Save ${item.name}`
    return html`<li data-row=${i}>
      ${icon(item.kind)} ${isFolder && !isEmpty ? this.#folderName(item) : this.#fileName(item)}
      <span class="soft small numbers">${amountOf(item, isEmpty)}</span>
      ${
        isEmpty
          ? nothing
          : html`<button class="plain" aria-label=${words} @click=${() => this.#save(item)}>
              Save
            </button>`
      }
    </li>`
  }

  #folderName({ name, path }: FolderItem): unknown {
    return html`<button class="plain name" @click=${() => this.#open(path)}>
      <bdi>${name}</bdi>
    </button>`
  }

  /** What was searched for may lie anywhere, so its folders are shown too. */
  #fileName({ name }: FolderItem): unknown {
    const slash = name.lastIndexOf('/') + 1
    return html`<bdi class="name"
      ><span class="soft">${name.slice(0, slash)}</span>${name.slice(slash)}</bdi
    >`
  }

  #more(count: number): unknown {
    if (this.#items.length === 0) {
      return html`<p class="none soft">
        ${this.search === '' ? 'Nothing in here.' : 'No file has that in its name.'}
      </p>`
    }
    if (count <= 0) return nothing
    const next = Math.min(count, SHOWN_MORE)
    return html`<p class="row">
      <button class="plain" @click=${() => void this.#showMore()}>
        Show ${next.toLocaleString('en')} more
      </button>
      <span class="small soft">${formatCount(count, 'item')} not shown</span>
    </p>`
  }

  async #showMore(): Promise<void> {
    const next = this.shown
    this.shown += SHOWN_MORE
    await this.updateComplete
    // On from where the list ended, for those who go by keyboard.
    this.renderRoot.querySelector<HTMLElement>(`[data-row="${next}"] button`)?.focus()
  }

  async #open(folder: string): Promise<void> {
    this.folder = folder
    this.shown = SHOWN_FIRST
    await this.updateComplete
    // The button that was pressed is gone; the folder's name says where one is now.
    const here = this.renderRoot.querySelector<HTMLElement>('nav strong, li button')
    here?.focus()
  }

  #find(event: InputEvent): void {
    if (!(event.target instanceof HTMLInputElement)) return
    this.search = event.target.value.trim()
    this.shown = SHOWN_FIRST
  }

  #save({ kind, path, first }: FolderItem): void {
    const target =
      kind === 'file'
        ? ({ kind: 'file', entry: first } as const)
        : ({ kind: 'zip', folder: path } as const)
    this.dispatchEvent(new SaveEvent(target))
  }
}

function amountOf({ kind, fileCount, sizeBytes }: FolderItem, isEmpty: boolean): string {
  if (isEmpty) return 'empty folder'
  const size = formatBytes(sizeBytes)
  return kind === 'folder' ? `${formatCount(fileCount, 'file')}, ${size}` : size
}

customElements.define('folder-view', FolderView)

declare global {
  interface HTMLElementTagNameMap {
    'folder-view': FolderView
  }
}

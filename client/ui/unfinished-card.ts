import { html, LitElement, nothing } from 'lit'
import { filesOfDrop } from '../page/dropped-files.ts'
import type { PickedFile } from '../worker/messages.ts'
import type { UnfinishedSnapshot } from '../worker/snapshot.ts'
import { formatBytes, formatCount } from '../words.ts'
import type { FilesPickedEvent } from './file-picker.ts'
import './file-picker.ts'
import { nameList } from './name-list.ts'
import { sharedStyles } from './shared-styles.ts'
import { unfinishedStyles } from './unfinished-styles.ts'
import { unreadNote } from './unread-note.ts'
import { formatMoment, formatPercent } from './when-words.ts'

/** Carries that a share that was cut off goes on. */
export class ResumeEvent extends Event {
  readonly shareId: string
  /** What was picked now; none where all are at hand. */
  readonly files: readonly PickedFile[]
  /** Where the share has one. */
  readonly password: string | undefined

  constructor(shareId: string, files: readonly PickedFile[], password: string | undefined) {
    super('share-resume', { bubbles: true, composed: true })
    this.shareId = shareId
    this.files = files
    this.password = password
  }
}

/** Carries that a share that was cut off is of no interest any more. */
export class ForgetEvent extends Event {
  readonly shareId: string

  constructor(shareId: string) {
    super('share-forget', { bubbles: true, composed: true })
    this.shareId = shareId
  }
}

/**
 * A share that a reload or crash cut off, and the ways to go on with it: its files are picked again, or dropped on it.
 *
 * @fires share-resume - Go on, with the same files.
 * @fires share-forget - Forget it.
 */
export class UnfinishedCard extends LitElement {
  static override properties = {
    share: { attribute: false },
    password: { state: true },
    isOver: { state: true },
    isReading: { state: true },
    unread: { state: true },
  }
  declare share: UnfinishedSnapshot
  declare password: string
  declare isOver: boolean
  declare isReading: boolean
  /** Paths of what was dropped last, and could not be read. */
  declare unread: readonly string[]

  static override styles = [sharedStyles, unfinishedStyles]

  constructor() {
    super()
    this.password = ''
    this.isOver = false
    this.isReading = false
    this.unread = []
  }

  override render(): unknown {
    const { title, fileCount, totalBytes, startedAtMs, hasPassword, hasExpired } = this.share
    const facts = [
      formatCount(fileCount, 'file'),
      formatBytes(totalBytes),
      `started ${formatMoment(startedAtMs)}`,
    ]
    return html`
      <article
        class=${this.isOver ? 'card stack over' : 'card stack'}
        aria-labelledby="title"
        @dragover=${this.#dragOver}
        @dragleave=${this.#dragLeave}
        @drop=${this.#drop}
      >
        <div>
          <h3 id="title"><bdi>${title}</bdi></h3>
          <p class="soft small numbers">${facts.join(' · ')}</p>
        </div>
        <p role="status">${this.isReading ? 'Looking at the files…' : this.#words()}</p>
        ${unreadNote(this.unread)} ${hasPassword && !hasExpired ? this.#field() : nothing}
        ${hasExpired ? html`<div class="row">${this.#forgetButton()}</div>` : this.#buttons()}
      </article>
    `
  }

  #words(): unknown {
    const { storedBytes, totalBytes, hasExpired } = this.share
    if (hasExpired)
      return 'It has expired: the seeds take no more of it. Send the files again as a new share.'
    const far =
      storedBytes === 0
        ? 'Nothing has reached the seeds yet.'
        : `${formatPercent(storedBytes, totalBytes)} reached the seeds and is not sent again.`
    return html`${far} ${this.#next()}`
  }

  #next(): unknown {
    const { hasFiles, missing } = this.share
    // Some were picked again, so those that the browser kept could not be read.
    if (missing === undefined)
      return hasFiles
        ? 'Go on, and the rest follows.'
        : 'Choose the same files once more, or drop them here, and the rest follows. What is new among them is left out.'
    const { fileCount, names, moreCount } = missing
    const verb = fileCount === 1 ? 'is' : 'are'
    const them = fileCount === 1 ? 'it' : 'them'
    return html`${formatCount(fileCount, 'file')} ${verb} still missing:
    ${nameList(names, moreCount)}. Choose or drop ${them} too, and the rest follows.`
  }

  #field(): unknown {
    return html`<div class="field">
      <label for="password">Its password</label>
      <input
        id="password"
        type="password"
        autocomplete="off"
        aria-describedby="password-note"
        @input=${this.#type}
      />
      <p class="small soft" id="password-note">The one you gave it: this page does not keep it.</p>
    </div>`
  }

  #buttons(): unknown {
    const { hasFiles, hasPassword } = this.share
    const isWanting = hasPassword && this.password === ''
    const goOn = html`<button
      class="primary"
      ?disabled=${isWanting}
      @click=${() => this.#resume([])}
    >
      Go on
    </button>`
    return html`<div class="row" @files-picked=${this.#picked}>
      ${hasFiles ? goOn : nothing}
      <button
        class=${hasFiles ? '' : 'primary'}
        ?disabled=${isWanting}
        @click=${() => this.#pick('files')}
      >
        Choose the same files
      </button>
      <button ?disabled=${isWanting} @click=${() => this.#pick('folder')}>
        Choose the same folder
      </button>
      ${this.#forgetButton()}
      <file-picker></file-picker>
    </div>`
  }

  #forgetButton(): unknown {
    return html`<button class="plain" @click=${this.#forget}>Forget it</button>`
  }

  #type(event: InputEvent): void {
    if (event.target instanceof HTMLInputElement) this.password = event.target.value
  }

  #pick(kind: 'files' | 'folder'): void {
    this.renderRoot.querySelector('file-picker')?.pick(kind)
  }

  #picked(event: FilesPickedEvent): void {
    // They are for this share, and no new one.
    event.stopPropagation()
    this.unread = []
    this.#resume(event.files)
  }

  readonly #dragOver = (event: DragEvent): void => {
    if (event.dataTransfer?.types.includes('Files') !== true || this.share.hasExpired) return
    // So that the place where new files come in leaves it alone.
    event.preventDefault()
    this.isOver = true
  }

  readonly #dragLeave = ({ currentTarget, relatedTarget }: DragEvent): void => {
    const isInside =
      relatedTarget instanceof Node &&
      currentTarget instanceof Node &&
      currentTarget.contains(relatedTarget)
    if (!isInside) this.isOver = false
  }

  readonly #drop = (event: DragEvent): void => {
    this.isOver = false
    if (event.dataTransfer === null || this.share.hasExpired) return
    event.preventDefault()
    void this.#takeDrop(event.dataTransfer)
  }

  async #takeDrop(data: DataTransfer): Promise<void> {
    this.isReading = true
    try {
      const { files, unread } = await filesOfDrop(data)
      this.unread = unread
      if (files.length > 0) this.#resume(files)
    } finally {
      this.isReading = false
    }
  }

  #resume(files: readonly PickedFile[]): void {
    const password = this.password === '' ? undefined : this.password
    this.dispatchEvent(new ResumeEvent(this.share.shareId, files, password))
  }

  #forget(): void {
    this.dispatchEvent(new ForgetEvent(this.share.shareId))
  }
}

customElements.define('unfinished-card', UnfinishedCard)

declare global {
  interface HTMLElementTagNameMap {
    'unfinished-card': UnfinishedCard
  }
}

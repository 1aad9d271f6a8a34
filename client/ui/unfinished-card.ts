import { css, html, LitElement, nothing } from 'lit'
import type { PickedFile } from '../worker/messages.ts'
import type { UnfinishedSnapshot } from '../worker/snapshot.ts'
import { formatBytes, formatCount } from '../words.ts'
import type { FilesPickedEvent } from './file-picker.ts'
import './file-picker.ts'
import { sharedStyles } from './shared-styles.ts'
import { formatMoment, formatPercent } from './when-words.ts'

/** Carries that a share that was cut off goes on. */
export class ResumeEvent extends Event {
  readonly shareId: string
  /** None where the browser kept them. */
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
 * A share that a reload or crash cut off, and the ways to go on with it.
 *
 * @fires share-resume - Go on, with the same files.
 * @fires share-forget - Forget it.
 */
export class UnfinishedCard extends LitElement {
  static override properties = { share: { attribute: false }, password: { state: true } }
  declare share: UnfinishedSnapshot
  declare password: string

  static override styles = [
    sharedStyles,
    css`
      article {
        gap: var(--gap-4);
        border-inline-start: 4px solid var(--here);
      }
      h3 {
        font-size: 1.125rem;
        line-height: 1.3;
        overflow-wrap: anywhere;
      }
      .field {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--gap-1);
        max-inline-size: 24rem;
      }
      label {
        font-weight: 600;
      }
    `,
  ]

  constructor() {
    super()
    this.password = ''
  }

  override render(): unknown {
    const { title, fileCount, totalBytes, startedAtMs } = this.share
    const facts = [
      formatCount(fileCount, 'file'),
      formatBytes(totalBytes),
      `started ${formatMoment(startedAtMs)}`,
    ]
    return html`
      <article class="card stack" aria-labelledby="title">
        <div>
          <h3 id="title"><bdi>${title}</bdi></h3>
          <p class="soft small numbers">${facts.join(' · ')}</p>
        </div>
        <p>${this.#words()}</p>
        ${this.share.hasPassword ? this.#field() : nothing} ${this.#buttons()}
      </article>
    `
  }

  #words(): string {
    const { storedBytes, totalBytes, hasHandles } = this.share
    const next = hasHandles
      ? 'Go on, and the rest follows.'
      : 'Choose the same files once more, and the rest follows.'
    if (storedBytes === 0) return `Nothing has reached the seeds yet. ${next}`
    return `${formatPercent(storedBytes, totalBytes)} reached the seeds and is not sent again. ${next}`
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
    const { hasHandles, hasPassword } = this.share
    const isWanting = hasPassword && this.password === ''
    const goOn = html`<button
      class="primary"
      ?disabled=${isWanting}
      @click=${() => this.#resume([])}
    >
      Go on
    </button>`
    return html`<div class="row" @files-picked=${this.#picked}>
      ${hasHandles ? goOn : nothing}
      <button
        class=${hasHandles ? '' : 'primary'}
        ?disabled=${isWanting}
        @click=${() => this.#pick('files')}
      >
        Choose the same files
      </button>
      <button ?disabled=${isWanting} @click=${() => this.#pick('folder')}>
        Choose the same folder
      </button>
      <button class="plain" @click=${this.#forget}>Forget it</button>
      <file-picker></file-picker>
    </div>`
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
    this.#resume(event.files)
  }

  #resume(files: readonly PickedFile[]): void {
    const password = this.share.hasPassword ? this.password : undefined
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

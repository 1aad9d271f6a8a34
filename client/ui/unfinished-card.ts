import { css, html, LitElement } from 'lit'
import type { UnfinishedSnapshot } from '../worker/snapshot.ts'
import { formatBytes, formatCount } from '../words.ts'
import { sharedStyles } from './shared-styles.ts'

export type UnfinishedAction = 'resume' | 'pick-files' | 'pick-folder' | 'forget'

/** Carries what the person wants of a share that was cut off. */
export class UnfinishedActionEvent extends Event {
  readonly action: UnfinishedAction
  readonly shareId: string

  constructor(action: UnfinishedAction, shareId: string) {
    super('unfinished-action', { bubbles: true, composed: true })
    this.action = action
    this.shareId = shareId
  }
}

/**
 * A share that a reload or crash cut off, and the ways to go on with it.
 *
 * @fires unfinished-action - Resume it, pick its files again, or forget it.
 */
export class UnfinishedCard extends LitElement {
  static override properties = { share: { attribute: false } }
  declare share: UnfinishedSnapshot

  static override styles = [
    sharedStyles,
    css`
      article {
        border-inline-start: 4px solid var(--here);
      }
    `,
  ]

  override render(): unknown {
    const { title, fileCount, totalBytes, storedBytes, hasHandles } = this.share
    return html`
      <article class="card stack" aria-labelledby="title">
        <div>
          <h2 id="title">${title} is not finished</h2>
          <p class="soft small numbers">
            ${formatCount(fileCount, 'file')}; ${formatBytes(storedBytes)} of
            ${formatBytes(totalBytes)} reached the seeds. The rest goes on from there.
          </p>
        </div>
        <div class="row">
          ${
            hasHandles
              ? this.#button('resume', 'Go on', 'primary')
              : html`${this.#button('pick-files', 'Choose the same files', 'primary')}
                ${this.#button('pick-folder', 'Choose the same folder')}`
          }
          ${this.#button('forget', 'Forget it', 'plain')}
        </div>
      </article>
    `
  }

  #button(action: UnfinishedAction, words: string, kind = ''): unknown {
    const act = (): boolean =>
      this.dispatchEvent(new UnfinishedActionEvent(action, this.share.shareId))
    return html`<button class=${kind} @click=${act}>${words}</button>`
  }
}

customElements.define('unfinished-card', UnfinishedCard)

declare global {
  interface HTMLElementTagNameMap {
    'unfinished-card': UnfinishedCard
  }
}

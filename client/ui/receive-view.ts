import { css, html, LitElement, nothing } from 'lit'
import { isRunning } from '../page/page-state.ts'
import type { LiveNews, ReceiveSnapshot } from '../worker/snapshot.ts'
import { formatBytes, formatCount } from '../words.ts'
import './custody-panel.ts'
import './folder-view.ts'
import { icon } from './icon.ts'
import { keepFocus } from './keep-focus.ts'
import './opening-note.ts'
import './password-form.ts'
import './problem-note.ts'
import { SaveEvent } from './save-event.ts'
import './save-row.ts'
import { sharedStyles } from './shared-styles.ts'
import './spoken-words.ts'
import './swarm-panel.ts'
import { formatDay, formatRecent } from './when-words.ts'

/** Of views that do not say it themselves. */
const spokenOf = {
  opening: '',
  password: 'This share has a password.',
  ready: 'The share is open.',
  failed: '',
} as const satisfies Record<ReceiveSnapshot['phase'], string>

/**
 * A share as its recipient sees it: what is in it, and ways to save it.
 *
 * @fires save-files - Save one file, a zip, or into a folder (the page asks for it).
 */
export class ReceiveView extends LitElement {
  static override properties = { receive: { attribute: false }, canPickFolder: { type: Boolean } }
  declare receive: ReceiveSnapshot
  declare canPickFolder: boolean

  static override styles = [
    sharedStyles,
    css`
      header {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--gap-1);
      }
      h1 {
        font-size: clamp(1.5rem, 1.2rem + 1.4vw, 2rem);
        letter-spacing: -0.02em;
      }
      h1.long {
        font-size: 1.25rem;
        letter-spacing: 0;
      }
      .actions {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--gap-3);
      }
      .saves {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--gap-4);
      }
      .early {
        margin-block-start: var(--gap-5);
      }
      password-form + .early {
        max-inline-size: 32rem;
        margin-inline: auto;
      }
      @media (max-width: 30rem) {
        .row > button {
          flex: 1 1 100%;
        }
      }
    `,
  ]

  constructor() {
    super()
    keepFocus(this, () => this.#heading)
  }

  override render(): unknown {
    const { phase } = this.receive
    // What was read out is gone with the view it stood in.
    return html`<spoken-words .words=${spokenOf[phase]} .moment=${phase}></spoken-words>
      ${this.#view()}`
  }

  /** Puts the focus on what it is about, once that is drawn. */
  override focus(): void {
    void this.updateComplete.then(() => this.#heading?.focus())
  }

  get #heading(): HTMLElement | null {
    return this.renderRoot.querySelector('h1, opening-note, problem-note')
  }

  #view(): unknown {
    const { phase, problem, passwordWrong, note } = this.receive
    const said =
      problem &&
      html`<problem-note .problem=${problem} .isPage=${phase !== 'ready'}></problem-note>`
    switch (phase) {
      case 'failed':
        return said ?? nothing
      case 'password':
        return html`<password-form .wasWrong=${passwordWrong} .note=${note}></password-form>
          ${this.#early()}`
      case 'ready':
        return html`<div class="stack">${said ?? nothing} ${this.#share()}</div>`
      case 'opening':
        return said ?? html`<opening-note .note=${note}></opening-note>${this.#early()}`
    }
  }

  #share(): unknown {
    const { title, entries, custody } = this.receive
    const fileCount = entries.filter(({ isFolder }) => !isFolder).length
    const look = title.length > 60 ? 'long' : ''
    return html`
      <article class="card stack" aria-labelledby="title">
        <header>
          <h1 id="title" tabindex="-1" class=${look}><bdi>${title}</bdi></h1>
          <p class="soft small numbers">${this.#facts(fileCount)}</p>
        </header>
        ${this.#live()}
        <div class="actions">
          <div class="row">${this.#buttons(fileCount)}</div>
          <p class="soft small">
            Everything is decrypted on this device, and checked before it is saved.
          </p>
        </div>
        ${this.#saves()} ${this.#swarm()}
        ${entries.length > 1 ? html`<folder-view .entries=${entries}></folder-view>` : nothing}
        <custody-panel .custody=${custody}></custody-panel>
      </article>
    `
  }

  #facts(fileCount: number): string {
    const { title, totalBytes, expiresAtMs } = this.receive
    const count = formatCount(fileCount, 'file')
    const facts = [formatBytes(totalBytes)]
    if (expiresAtMs !== undefined) facts.push(`until ${formatDay(expiresAtMs)}`)
    // A share of many files is called by their number.
    return (title === count ? facts : [count, ...facts]).join(' · ')
  }

  #live(): unknown {
    const { live, note } = this.receive
    return html`${live ? this.#news(live) : nothing}
    ${note === undefined ? nothing : html`<p class="soft" role="status">${note}</p>`}`
  }

  #news({ lastMs, isQuiet }: LiveNews): unknown {
    const words = isQuiet
      ? 'has not finished, and may be away. It goes on when they do.'
      : 'is still uploading. You can save now: it arrives as they send it.'
    return html`<p class="notice ${isQuiet ? '' : 'good'}">
      ${icon('clock')}
      <span>The sender ${words} Last news: ${formatRecent(lastMs)}.</span>
    </p>`
  }

  #buttons(fileCount: number): unknown {
    const { entries, totalBytes } = this.receive
    const only = entries.findIndex(({ isFolder }) => !isFolder)
    const isSingle = fileCount === 1 && entries.length === 1
    const target = isSingle
      ? ({ kind: 'file', entry: only } as const)
      : ({ kind: 'zip', folder: '' } as const)
    const words = isSingle ? 'Save the file' : `Save all as a zip, ${formatBytes(totalBytes)}`
    const weight = this.receive.saves.length === 0 ? 'primary' : ''
    return html`
      <button class="large ${weight}" @click=${() => this.#save(target)}>
        ${icon('down')} ${words}
      </button>
      ${
        this.canPickFolder
          ? html`<button class="large" @click=${() => this.#save('folder')}>
              ${icon('folder')} Save into a folder…
            </button>`
          : nothing
      }
    `
  }

  #saves(): unknown {
    const { saves } = this.receive
    if (saves.length === 0) return nothing
    const isFree = !saves.some(isRunning) && saves.some(({ phase }) => phase === 'done')
    return html`<div class="saves">
      ${saves.map((save) => html`<save-row .save=${save}></save-row>`)}
      ${isFree ? html`<p class="small soft">You can close this page now.</p>` : nothing}
    </div>`
  }

  #swarm(): unknown {
    const { swarm, shareId } = this.receive
    if (swarm === undefined) return nothing
    return html`<swarm-panel .swarm=${swarm} .shareId=${shareId}></swarm-panel>`
  }

  /** Nothing of it is known yet: others matter where the seeds have nothing. */
  #early(): unknown {
    const { question, mode } = this.receive.swarm ?? {}
    const matters = question?.isUrgent === true || (mode !== undefined && mode !== 'seeds-only')
    const look = question?.isOpen === true ? 'early' : 'card early'
    return matters ? html`<div class=${look}>${this.#swarm()}</div>` : nothing
  }

  #save(wanted: SaveEvent['wanted']): void {
    this.dispatchEvent(new SaveEvent(wanted))
  }
}

customElements.define('receive-view', ReceiveView)

declare global {
  interface HTMLElementTagNameMap {
    'receive-view': ReceiveView
  }
}

import { css, html, LitElement, nothing } from 'lit'
import type { SaveSnapshot } from '../worker/snapshot.ts'
import { formatBytes, formatDuration } from '../words.ts'
import './problem-note.ts'
import { sharedStyles } from './shared-styles.ts'

/** Carries which save the person asked to stop. */
export class SaveStopEvent extends Event {
  readonly saveId: string

  constructor(saveId: string) {
    super('save-stop', { bubbles: true, composed: true })
    this.saveId = saveId
  }
}

/**
 * One running save: verified bytes only, and a way to stop it.
 *
 * @fires save-stop - The person asked to stop.
 */
export class SaveRow extends LitElement {
  static override properties = { save: { attribute: false } }
  declare save: SaveSnapshot

  static override styles = [
    sharedStyles,
    css`
      progress {
        inline-size: 100%;
        block-size: 0.75rem;
        accent-color: var(--accent);
      }
      .done {
        color: var(--good);
        font-weight: 550;
      }
    `,
  ]

  override render(): unknown {
    const { title, phase, doneBytes, totalBytes, problem } = this.save
    const isRunning = phase === 'starting' || phase === 'saving' || phase === 'waiting'
    return html`
      <div class="stack">
        <div class="row">
          <strong id="name" class="grow">${title}</strong>
          ${isRunning ? html`<button @click=${this.#stop}>Stop</button>` : nothing}
        </div>
        <progress
          aria-labelledby="name"
          .value=${doneBytes}
          .max=${Math.max(1, totalBytes)}
        ></progress>
        <p class="small numbers ${phase}" role="status">${this.#words()}</p>
        ${problem === undefined ? nothing : html`<problem-note .problem=${problem}></problem-note>`}
      </div>
    `
  }

  #words(): string {
    const { phase, doneBytes, totalBytes, bytesPerSecond, secondsLeft, note } = this.save
    const amount = `${formatBytes(doneBytes)} of ${formatBytes(totalBytes)} verified`
    switch (phase) {
      case 'starting':
        return note ?? 'Starting…'
      case 'waiting':
        return `${amount}. ${note ?? 'Waiting…'}`
      case 'saving': {
        const left = secondsLeft === undefined ? '' : `, ${formatDuration(secondsLeft)} left`
        return `${amount}, ${formatBytes(bytesPerSecond)}/s${left}. Keep this page open.`
      }
      case 'done':
        return `Complete: ${formatBytes(totalBytes)}, every byte verified.`
      case 'stopped':
        return `Stopped after ${amount}.`
      case 'failed':
        return `Not complete: ${amount}.`
    }
  }

  #stop(): void {
    this.dispatchEvent(new SaveStopEvent(this.save.saveId))
  }
}

customElements.define('save-row', SaveRow)

declare global {
  interface HTMLElementTagNameMap {
    'save-row': SaveRow
  }
}

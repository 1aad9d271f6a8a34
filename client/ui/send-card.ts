import { css, html, LitElement, nothing } from 'lit'
import type { SendSnapshot } from '../worker/snapshot.ts'
import { formatBytes, formatCount, formatDuration } from '../words.ts'
import './custody-panel.ts'
import './durability-frontier.ts'
import './link-box.ts'
import './problem-note.ts'
import { sharedStyles } from './shared-styles.ts'

export type SendAction = 'pause' | 'continue' | 'stop' | 'dismiss'

/** Carries what the person wants of a running share. The parent decides what that means. */
export class SendActionEvent extends Event {
  readonly action: SendAction

  constructor(action: SendAction) {
    super('send-action', { bubbles: true, composed: true })
    this.action = action
  }
}

/**
 * One share on its way: its link, how far it is safe, and whether the page may be closed.
 *
 * @fires send-action - Pause, continue, stop or dismiss.
 */
export class SendCard extends LitElement {
  static override properties = { send: { attribute: false } }
  declare send: SendSnapshot

  static override styles = [
    sharedStyles,
    css`
      .verdict {
        padding: var(--gap-3) var(--gap-4);
        border-radius: var(--round-small);
        background: var(--warn-ground);
        color: var(--warn);
        font-weight: 550;
      }
      .verdict.safe {
        background: var(--good-ground);
        color: var(--good);
      }
      .verdict.quiet {
        background: var(--sunken);
        color: var(--ink-soft);
      }
      summary {
        min-block-size: var(--target);
        align-content: center;
        color: var(--accent);
        font-weight: 550;
        cursor: pointer;
      }
      .owner {
        display: grid;
        gap: var(--gap-2);
      }
    `,
  ]

  override render(): unknown {
    const { title, fileCount, frontier, problem, phase } = this.send
    return html`
      <article class="card stack" aria-labelledby="title">
        <div>
          <h2 id="title">${title}</h2>
          <p class="soft small numbers">
            ${formatCount(fileCount, 'file')}, ${formatBytes(frontier.totalBytes)} ·
            ${this.send.policy} · until
            ${new Date(this.send.expiresAtMs).toLocaleDateString(undefined, { dateStyle: 'medium' })}
          </p>
        </div>
        ${this.#link()}
        ${phase === 'stopped' ? nothing : html`<durability-frontier .frontier=${frontier}></durability-frontier>`}
        ${problem === undefined ? this.#verdict() : html`<problem-note .problem=${problem}></problem-note>`}
        ${this.#controls()}
        <custody-panel .custody=${this.send.custody}></custody-panel>
        ${this.#owner()}
      </article>
    `
  }

  #link(): unknown {
    const { link, phase } = this.send
    if (link === undefined || phase === 'stopped') return nothing
    return html`<div>
      <link-box .link=${link} label="Link to share"></link-box>
      <p class="soft small">Whoever has this link can open the files. Send it only to them.</p>
    </div>`
  }

  #verdict(): unknown {
    const { phase, canClose } = this.send
    const quiet = phase === 'stopped' ? 'quiet' : ''
    return html`<p class="verdict ${canClose ? 'safe' : quiet}" role="status">
      ${this.#verdictText()}
    </p>`
  }

  #verdictText(): string {
    const { phase, canClose, frontier, note } = this.send
    if (canClose) return 'Stored. You can close this page now.'
    switch (phase) {
      case 'preparing':
        return 'Getting ready. Keep this page open.'
      case 'paused':
        return 'Paused. Keep this page open, or come back later with the same files.'
      case 'stopped':
        return 'Stopped. What the seeds had received is being deleted.'
      default: {
        const left = formatBytes(Math.max(0, frontier.totalBytes - frontier.policyBytes))
        return note ?? `Keep this page open: ${left} are not safe yet.`
      }
    }
  }

  #controls(): unknown {
    const { phase, bytesPerSecond, secondsLeft } = this.send
    const act = (action: SendAction, words: string): unknown =>
      html`<button @click=${() => this.dispatchEvent(new SendActionEvent(action))}>
        ${words}
      </button>`
    switch (phase) {
      case 'preparing':
      case 'sending':
        return html`<div class="row">
          <span class="grow soft numbers">
            ${formatBytes(bytesPerSecond)}/s${secondsLeft === undefined ? '' : `, ${formatDuration(secondsLeft)} left`}
          </span>
          ${act('pause', 'Pause')} ${act('stop', 'Stop')}
        </div>`
      case 'paused':
        return html`<div class="row">${act('continue', 'Continue')} ${act('stop', 'Stop')}</div>`
      case 'stopped':
      case 'failed':
        return html`<div class="row">${act('dismiss', 'Remove from this list')}</div>`
      case 'stored':
        return nothing
    }
  }

  #owner(): unknown {
    const { ownerLink, phase } = this.send
    if (ownerLink === undefined || phase === 'stopped') return nothing
    return html`<details>
      <summary>Delete or extend it later</summary>
      <div class="owner">
        <p class="small soft">
          This second link deletes or extends the share. Keep it to yourself: save it where you save
          passwords.
        </p>
        <link-box .link=${ownerLink} label="Owner link, keep it secret"></link-box>
      </div>
    </details>`
  }
}

customElements.define('send-card', SendCard)

declare global {
  interface HTMLElementTagNameMap {
    'send-card': SendCard
  }
}

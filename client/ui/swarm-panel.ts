import { css, html, LitElement, nothing } from 'lit'
import type { SwarmSnapshot } from '../worker/swarm-snapshot.ts'
import './giving-switch.ts'
import { icon } from './icon.ts'
import './peer-question.ts'
import { sharedStyles } from './shared-styles.ts'

/**
 * Others with the same link: whether they may help, what they bring, and what this page gives. Always there, so
 * that nobody helps without seeing it.
 */
export class SwarmPanel extends LitElement {
  static override properties = {
    swarm: { attribute: false },
    shareId: { attribute: false },
    isAsking: { state: true },
  }
  declare swarm: SwarmSnapshot
  declare shareId: string
  /** The person wants to choose anew. */
  declare isAsking: boolean
  /** The question goes away under the focus, as soon as the answer is known. */
  #isAnswered = false

  static override styles = [
    sharedStyles,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--gap-3);
      }
      .state {
        display: flex;
        flex-wrap: wrap;
        align-items: start;
        gap: var(--gap-1) var(--gap-3);
      }
      .state > .icon {
        color: var(--accent);
        margin-block-start: 0.125rem;
      }
      /* Beside the icon; where the text is too large for that, below it. */
      .words {
        flex: 1 1 9rem;
        align-self: center;
        overflow-wrap: anywhere;
      }
      button {
        margin-block: calc((1.5rem - var(--target)) / 2);
      }
      giving-switch {
        flex: 1 1 100%;
        min-inline-size: 0;
        margin-block-start: var(--gap-1);
      }
      @media (min-width: 30rem) {
        giving-switch {
          margin-inline-start: calc(1.25rem + var(--gap-3));
        }
      }
    `,
  ]

  constructor() {
    super()
    this.isAsking = false
  }

  override render(): unknown {
    const { question } = this.swarm
    const isAsked = question !== undefined && (question.isOpen || this.isAsking)
    const asked = html`<peer-question
      .question=${question}
      @peer-answered=${this.#answered}
    ></peer-question>`
    return html`
      ${isAsked ? asked : nothing}
      ${question?.isOpen === true && this.swarm.pace === undefined ? nothing : this.#state(isAsked)}
    `
  }

  override updated(): void {
    if (!this.#isAnswered || this.renderRoot.querySelector('peer-question') !== null) return
    this.#isAnswered = false
    this.renderRoot.querySelector('button')?.focus()
  }

  #state(isAsked: boolean): unknown {
    const { question, modeText, figures, pace, giving, mode } = this.swarm
    const change = html`<button class="plain small" @click=${this.#ask}>Change</button>`
    return html`<div class="state" role="group" aria-label="Others with this link">
      ${icon(mode === 'seeds-only' ? 'lock' : 'people')}
      <div class="words small">
        ${question?.isOpen === true ? nothing : html`<p role="status">${modeText}</p>`}
        ${[figures, pace].map((line) =>
          line === undefined ? nothing : html`<p class="soft numbers">${line}</p>`,
        )}
      </div>
      ${question === undefined || isAsked ? nothing : change}
      ${
        giving === undefined
          ? nothing
          : html`<giving-switch .giving=${giving} .shareId=${this.shareId}></giving-switch>`
      }
    </div>`
  }

  #ask(): void {
    this.isAsking = true
    void this.updateComplete.then(() => this.renderRoot.querySelector('peer-question')?.focus())
  }

  #answered(): void {
    this.isAsking = false
    this.#isAnswered = true
  }
}

customElements.define('swarm-panel', SwarmPanel)

declare global {
  interface HTMLElementTagNameMap {
    'swarm-panel': SwarmPanel
  }
}

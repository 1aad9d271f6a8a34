import { css, html, LitElement, nothing } from 'lit'
import type { Problem } from '../worker/snapshot.ts'
import { icon } from './icon.ts'
import { sharedStyles } from './shared-styles.ts'

/**
 * What went wrong, what was kept, and what to do next.
 *
 * @fires problem-retry - The person wants another try.
 */
export class ProblemNote extends LitElement {
  static override properties = {
    problem: { attribute: false },
    retryWords: { attribute: false },
    isPage: { type: Boolean },
  }
  declare problem: Problem
  declare retryWords: string
  /** There is nothing else on the page, so that its title is the page's. */
  declare isPage: boolean

  static override styles = [
    sharedStyles,
    css`
      section {
        display: flex;
        flex-wrap: wrap;
        gap: var(--gap-4);
        padding: var(--gap-4);
        border-radius: var(--round-small);
        background: var(--bad-ground);
      }
      /* Alone on the page it is no alarm among other things, but what there is to read. */
      .card {
        max-inline-size: 36rem;
        margin-inline: auto;
        padding: var(--gap-6) var(--gap-5);
        border-radius: var(--round);
        background: var(--surface);
      }
      .card .badge {
        background: var(--bad-ground);
        color: var(--bad);
      }
      .card .words {
        gap: var(--gap-3);
      }
      .badge {
        display: grid;
        place-items: center;
        inline-size: 2.5rem;
        block-size: 2.5rem;
        border-radius: 50%;
        background: var(--bad);
        color: var(--bad-ground);
      }
      /* Where it is narrow, or the text large, they go below the badge. */
      .words {
        display: grid;
        flex: 1 1 12rem;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--gap-1);
        justify-items: start;
        overflow-wrap: anywhere;
      }
      h1,
      h2 {
        align-content: center;
        min-block-size: 2.5rem;
        font-size: 1.125rem;
        color: var(--bad);
      }
      h1 {
        font-size: 1.375rem;
        color: var(--ink);
      }
      button {
        margin-block-start: var(--gap-3);
      }
    `,
  ]

  constructor() {
    super()
    this.retryWords = 'Try again'
    this.isPage = false
  }

  /** Puts the focus on its title, once that is drawn. */
  override focus(): void {
    const find = (): HTMLElement | null => this.renderRoot.querySelector('h1, h2')
    void this.updateComplete.then(() => find()?.focus())
  }

  override render(): unknown {
    const { title, detail, next, canRetry } = this.problem
    return html`
      <section role="alert" class=${this.isPage ? 'card' : ''}>
        <span class="badge">${icon('alert')}</span>
        <div class="words">
          ${this.isPage ? html`<h1 tabindex="-1">${title}</h1>` : html`<h2 tabindex="-1">${title}</h2>`}
          <p class="soft">${detail}</p>
          <p>${next}</p>
          ${canRetry ? this.#button() : nothing}
        </div>
      </section>
    `
  }

  #button(): unknown {
    const weight = this.isPage ? 'primary large' : ''
    return html`<button class=${weight} @click=${this.#retry}>${this.retryWords}</button>`
  }

  #retry(): void {
    this.dispatchEvent(new Event('problem-retry', { bubbles: true, composed: true }))
  }
}

customElements.define('problem-note', ProblemNote)

declare global {
  interface HTMLElementTagNameMap {
    'problem-note': ProblemNote
  }
}

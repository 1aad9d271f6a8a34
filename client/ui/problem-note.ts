import { css, html, LitElement, nothing } from 'lit'
import type { Problem } from '../worker/snapshot.ts'
import { sharedStyles } from './shared-styles.ts'

/**
 * What went wrong, what was kept, and what to do next.
 *
 * @fires problem-retry - The person wants another try.
 */
export class ProblemNote extends LitElement {
  static override properties = { problem: { attribute: false } }
  declare problem: Problem

  static override styles = [
    sharedStyles,
    css`
      section {
        padding: var(--gap-4);
        border-inline-start: 4px solid var(--bad);
        border-radius: var(--round-small);
        background: var(--bad-ground);
      }
      h2 {
        color: var(--bad);
      }
      button {
        margin-block-start: var(--gap-3);
      }
    `,
  ]

  override render(): unknown {
    const { title, detail, next, canRetry } = this.problem
    const retry = html`<button @click=${this.#retry}>Try again</button>`
    return html`
      <section role="alert">
        <h2>${title}</h2>
        <p>${detail}</p>
        <p>${next}</p>
        ${canRetry ? retry : nothing}
      </section>
    `
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

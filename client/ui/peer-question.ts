import { css, html, LitElement } from 'lit'
import type { Privacy } from '../engine/swarm/privacy.ts'
import type { PeerQuestion } from '../worker/swarm-snapshot.ts'
import { AskEvent } from './ask-event.ts'
import { icon } from './icon.ts'
import { sharedStyles } from './shared-styles.ts'

/**
 * Asks a recipient whether others with the link may help. The page goes on without an answer.
 *
 * @fires ask-worker - The answer.
 * @fires peer-answered - There is one.
 */
export class PeerQuestionNote extends LitElement {
  static override properties = { question: { attribute: false } }
  declare question: PeerQuestion

  static override styles = [
    sharedStyles,
    css`
      section {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: var(--gap-3);
        padding: var(--gap-4);
        border-radius: var(--round-small);
        background: var(--accent-ground);
      }
      section > .icon {
        color: var(--accent);
        margin-block-start: 0.125rem;
      }
      .urgent {
        background: var(--warn-ground);
      }
      .urgent > .icon {
        color: var(--warn);
      }
      .words {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--gap-1);
        overflow-wrap: anywhere;
      }
      .words strong:focus {
        outline: none;
      }
      .row {
        grid-column: 2;
        gap: var(--gap-2);
      }
      @media (max-width: 30rem) {
        .row {
          grid-column: 1 / -1;
        }
        .row > button {
          flex: 1 1 auto;
        }
      }
    `,
  ]

  override render(): unknown {
    const { text, detail, answers, isUrgent } = this.question
    return html`<section
      class=${isUrgent ? 'urgent' : ''}
      aria-labelledby="text"
      aria-describedby="detail"
    >
      ${icon('people')}
      <div class="words">
        <strong id="text" tabindex="-1">${text}</strong>
        <span id="detail" class="small" role="status">${detail}</span>
      </div>
      <div class="row">
        ${answers.map(
          ({ mode, words }) => html`<button @click=${() => this.#answer(mode)}>${words}</button>`,
        )}
      </div>
    </section>`
  }

  /** Puts the focus on the question, once that is drawn. */
  override focus(): void {
    void this.updateComplete.then(() => this.renderRoot.querySelector('strong')?.focus())
  }

  #answer(mode: Privacy): void {
    this.dispatchEvent(new AskEvent({ type: 'peer-mode', mode }))
    this.dispatchEvent(new Event('peer-answered', { bubbles: true, composed: true }))
  }
}

customElements.define('peer-question', PeerQuestionNote)

declare global {
  interface HTMLElementTagNameMap {
    'peer-question': PeerQuestionNote
  }
}

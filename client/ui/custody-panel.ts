import { css, html, LitElement, nothing } from 'lit'
import type { CustodySnapshot } from '../worker/snapshot.ts'
import { countryName } from './country.ts'
import { sharedStyles } from './shared-styles.ts'

/**
 * Who keeps a share: every seed with operator, country, receipt and date, and a button that asks each of them
 * for a random piece right now.
 *
 * @fires challenge-seeds - The person wants each seed to show a random piece.
 */
export class CustodyPanel extends LitElement {
  static override properties = { custody: { attribute: false } }
  declare custody: readonly CustodySnapshot[]

  static override styles = [
    sharedStyles,
    css`
      summary {
        min-block-size: var(--target);
        align-content: center;
        color: var(--accent);
        font-weight: 550;
        cursor: pointer;
      }
      li {
        display: grid;
        grid-template-columns: 1fr auto;
        gap: 0 var(--gap-3);
        padding-block: var(--gap-3);
        border-block-start: 1px solid var(--line);
      }
      .passed,
      .stored {
        color: var(--good);
      }
      .failed {
        color: var(--bad);
      }
      .note {
        padding-block: var(--gap-3) 0;
        border-block-start: 1px solid var(--line);
      }
      button {
        margin-block-end: var(--gap-3);
      }
    `,
  ]

  override render(): unknown {
    if (this.custody.length === 0) return nothing
    const isAsking = this.custody.some(({ challenge }) => challenge === 'asking')
    return html`
      <details>
        <summary>Who keeps it</summary>
        <ul>
          ${this.custody.map((seed) => this.#seed(seed))}
        </ul>
        <button ?disabled=${isAsking} @click=${this.#challenge}>
          ${isAsking ? 'Asking…' : 'Ask each for a random piece'}
        </button>
        <p class="note small soft">
          A seed keeps encrypted pieces that it cannot read. Asking shows that it can produce a
          piece now, not that it keeps a copy of its own. Its country is vouched for by the network,
          not proven.
        </p>
      </details>
    `
  }

  #seed(seed: CustodySnapshot): unknown {
    const { operator, jurisdiction, url, receipt, receiptAtMs } = seed
    const signed = receiptAtMs === undefined ? '' : `, signed ${dateText(receiptAtMs)}`
    return html`<li>
      <strong>${operator}</strong>
      <span class=${receipt}>${receipt === 'stored' ? 'Stored' : 'Not yet'}</span>
      <span class="small soft">${countryName(jurisdiction)}, ${hostText(url)}${signed}</span>
      <span class="small ${seed.challenge}" role="status">${challengeText(seed)}</span>
    </li>`
  }

  #challenge(): void {
    this.dispatchEvent(new Event('challenge-seeds', { bubbles: true, composed: true }))
  }
}

function challengeText({ challenge }: CustodySnapshot): string {
  switch (challenge) {
    case 'not asked':
      return ''
    case 'asking':
      return 'asking…'
    case 'passed':
      return 'showed a correct piece'
    case 'failed':
      return 'gave a wrong piece'
    case 'unreachable':
      return 'cannot be reached'
  }
}

function dateText(ms: number): string {
  return new Date(ms).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' })
}

function hostText(url: string): string {
  return URL.parse(url)?.host ?? url
}

customElements.define('custody-panel', CustodyPanel)

declare global {
  interface HTMLElementTagNameMap {
    'custody-panel': CustodyPanel
  }
}

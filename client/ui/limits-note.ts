import { css, html, LitElement } from 'lit'
import { icon } from './icon.ts'
import { sharedStyles } from './shared-styles.ts'

/** What is promised to whoever uses the page, and what nobody can promise. */
export class LimitsNote extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      summary {
        flex-wrap: nowrap;
        color: inherit;
        font-weight: 400;
      }
      ul {
        display: grid;
        gap: var(--gap-2);
        max-inline-size: 42rem;
        padding-block-end: var(--gap-4);
        padding-inline-start: 1.25rem;
        list-style: disc;
      }
    `,
  ]

  override render(): unknown {
    return html`<details class="small">
      <summary>
        ${icon('chevron')}
        <span>Seeds see sizes and times, never names or content. What is not promised?</span>
      </summary>
      <ul>
        <li>Whoever serves this page's code could read what this page opens.</li>
        <li>A dishonest seed can keep what it was told to delete. It still cannot read it.</li>
        <li>A seed's country is vouched for by whoever runs the network, not proven.</li>
        <li>People who help each other directly see each other's IP address.</li>
        <li>
          Seeds see when a share was made, how large it is, rounded up, and where it must not go.
        </li>
      </ul>
    </details>`
  }
}

customElements.define('limits-note', LimitsNote)

declare global {
  interface HTMLElementTagNameMap {
    'limits-note': LimitsNote
  }
}

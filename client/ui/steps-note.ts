import { css, html, LitElement } from 'lit'
import { sharedStyles } from './shared-styles.ts'

/** What will happen, before it does. */
export class StepsNote extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      ol {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 13rem), 1fr));
        gap: var(--gap-5);
        padding-block: var(--gap-3);
        counter-reset: step;
      }
      li {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: 0 var(--gap-3);
        counter-increment: step;
      }
      li::before {
        content: counter(step);
        grid-row: span 2;
        display: grid;
        place-items: center;
        inline-size: 2rem;
        block-size: 2rem;
        border-radius: 50%;
        background: var(--accent-ground);
        color: var(--accent);
        font-weight: 700;
      }
      strong {
        align-content: center;
        min-block-size: 2rem;
      }
      span {
        grid-column: 2;
      }
    `,
  ]

  override render(): unknown {
    return html`<ol>
      <li>
        <strong>Choose files</strong><span class="small soft">Any size. Folders stay folders.</span>
      </li>
      <li>
        <strong>Pass on the link</strong
        ><span class="small soft">It is there at once, and works while you send.</span>
      </li>
      <li>
        <strong>Close the page</strong
        ><span class="small soft">As soon as it says that your files are stored.</span>
      </li>
    </ol>`
  }
}

customElements.define('steps-note', StepsNote)

declare global {
  interface HTMLElementTagNameMap {
    'steps-note': StepsNote
  }
}

import { css, html, LitElement } from 'lit'
import { sharedStyles } from './shared-styles.ts'

/** Something is being looked for: what, and that it goes on. */
export class OpeningNote extends LitElement {
  static override properties = { note: { attribute: false } }
  declare note: string | undefined

  static override styles = [
    sharedStyles,
    css`
      .card {
        display: grid;
        justify-items: center;
        gap: var(--gap-5);
        padding-block: calc(2 * var(--gap-6));
        text-align: center;
      }
      .swell {
        inline-size: 7rem;
        fill: none;
        stroke: var(--accent);
        stroke-width: 2.5;
        stroke-linecap: round;
      }
      path {
        animation: swell 2.4s ease-in-out infinite alternate;
      }
      path:last-child {
        animation-delay: -1.2s;
      }
      @keyframes swell {
        from {
          translate: -6px 0;
          opacity: 0.35;
        }
        to {
          translate: 6px 0;
        }
      }
    `,
  ]

  constructor() {
    super()
    this.note = undefined
  }

  /** Puts the focus on what it says, once that is drawn. */
  override focus(): void {
    void this.updateComplete.then(() => this.renderRoot.querySelector('h1')?.focus())
  }

  override render(): unknown {
    return html`<div class="card">
      <svg class="swell" viewBox="0 0 112 28" aria-hidden="true">
        <path d="M14 9q7-5 14 0t14 0 14 0 14 0 14 0 14 0" />
        <path d="M14 20q7-5 14 0t14 0 14 0 14 0 14 0 14 0" />
      </svg>
      <div>
        <h1 tabindex="-1">Looking for these files</h1>
        <p class="soft" role="status">${this.note ?? 'This takes a moment.'}</p>
      </div>
    </div>`
  }
}

customElements.define('opening-note', OpeningNote)

declare global {
  interface HTMLElementTagNameMap {
    'opening-note': OpeningNote
  }
}

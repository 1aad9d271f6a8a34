import { css, html, LitElement } from 'lit'
import { countryList } from './country.ts'
import { sharedStyles } from './shared-styles.ts'

/** What this is, for someone who has never seen it. */
export class WelcomeNote extends LitElement {
  static override properties = { places: { attribute: false } }
  /** Countries that have a seed. */
  declare places: readonly string[]

  static override styles = [
    sharedStyles,
    css`
      div {
        display: grid;
        gap: var(--gap-4);
        justify-items: center;
        padding-block: var(--gap-6) var(--gap-3);
        text-align: center;
      }
      h1 {
        max-inline-size: 36rem;
        font-size: clamp(2rem, 1.3rem + 3vw, 3.125rem);
        font-weight: 700;
        line-height: 1.08;
        letter-spacing: -0.03em;
        text-wrap: balance;
      }
      p {
        max-inline-size: 35rem;
        font-size: 1.125rem;
        text-wrap: pretty;
      }
      @media (max-width: 30rem) {
        div {
          padding-block-start: var(--gap-4);
        }
      }
    `,
  ]

  /** Puts the focus on its heading, once that is drawn. */
  override focus(): void {
    void this.updateComplete.then(() => this.renderRoot.querySelector('h1')?.focus())
  }

  override render(): unknown {
    const isFew = this.places.length > 1 && this.places.length < 5
    const where = isFew ? countryList(this.places) : 'at least two countries'
    return html`<div>
      <h1 tabindex="-1">Send files that only your people can open</h1>
      <p class="soft">
        They are encrypted on your device. Independent servers in ${where} keep them, and none of
        them can read a word.
      </p>
    </div>`
  }
}

customElements.define('welcome-note', WelcomeNote)

declare global {
  interface HTMLElementTagNameMap {
    'welcome-note': WelcomeNote
  }
}

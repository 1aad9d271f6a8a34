import { css, html, LitElement } from 'lit'
import { sharedStyles } from './shared-styles.ts'

const COPIED_MS = 2500

/** A link with a button that copies it. It is text only, so that a stray click does not open it. */
export class LinkBox extends LitElement {
  static override properties = {
    link: { attribute: false },
    label: {},
    wasCopied: { state: true },
  }
  declare link: string
  declare label: string
  declare wasCopied: boolean

  static override styles = [
    sharedStyles,
    css`
      .box {
        display: flex;
        gap: var(--gap-2);
      }
      input {
        flex: 1 1 auto;
        min-inline-size: 0;
        font-family: ui-monospace, 'Cascadia Mono', monospace;
        font-size: 0.875rem;
        text-overflow: ellipsis;
        background: var(--sunken);
        border-color: var(--line);
      }
      button {
        flex: none;
        min-inline-size: 7.5rem;
      }
      @media (max-width: 30rem) {
        .box {
          flex-direction: column;
        }
      }
    `,
  ]

  constructor() {
    super()
    this.label = 'Link'
    this.wasCopied = false
  }

  override render(): unknown {
    return html`
      <div class="box">
        <input readonly aria-label=${this.label} .value=${this.link} @focus=${this.#select} />
        <button class="primary" @click=${this.#copy}>
          ${this.wasCopied ? 'Copied' : 'Copy link'}
        </button>
      </div>
      <span class="visually-hidden" role="status">${this.wasCopied ? 'Link copied.' : ''}</span>
    `
  }

  #select(event: FocusEvent): void {
    if (event.target instanceof HTMLInputElement) event.target.select()
  }

  async #copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.link)
    } catch {
      // Without leave to the clipboard the selected text can still be copied by hand.
      this.renderRoot.querySelector('input')?.focus()
      return
    }
    this.wasCopied = true
    setTimeout(() => (this.wasCopied = false), COPIED_MS)
  }
}

customElements.define('link-box', LinkBox)

declare global {
  interface HTMLElementTagNameMap {
    'link-box': LinkBox
  }
}

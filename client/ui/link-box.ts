import { css, html, LitElement, nothing } from 'lit'
import { icon } from './icon.ts'
import { sharedStyles } from './shared-styles.ts'

const COPIED_MS = 2500

/** A link with a button that copies it. It is text only, so that a stray click does not open it. */
export class LinkBox extends LitElement {
  static override properties = {
    link: { attribute: false },
    label: {},
    quiet: { type: Boolean },
    copied: { state: true },
  }
  declare link: string
  declare label: string
  /** Not what the person came for: drawn without weight, and never offered to other apps. */
  declare quiet: boolean
  declare copied: 'no' | 'yes' | 'by hand'

  static override styles = [
    sharedStyles,
    css`
      .box {
        display: flex;
        flex-wrap: wrap;
        gap: var(--gap-2);
      }
      input:not([type='checkbox']) {
        flex: 1 1 14rem;
        min-inline-size: 0;
        inline-size: auto;
        font-family: ui-monospace, 'Cascadia Mono', 'Liberation Mono', monospace;
        font-size: 0.875rem;
        text-overflow: ellipsis;
        background: var(--sunken);
        border-color: var(--line);
      }
      button {
        flex: 0 1 auto;
        min-inline-size: min(100%, 8.25rem);
      }
      button.share {
        min-inline-size: 0;
      }
      p {
        margin-block-start: var(--gap-2);
      }
      @media (max-width: 30rem) {
        button,
        button.share {
          flex: 1 1 8rem;
        }
      }
    `,
  ]

  constructor() {
    super()
    this.label = 'Link'
    this.quiet = false
    this.copied = 'no'
  }

  override render(): unknown {
    return html`
      <div class="box">
        <input readonly aria-label=${this.label} .value=${this.link} @focus=${this.#select} />
        <button class=${this.quiet ? '' : 'primary'} @click=${this.#copy}>
          ${this.copied === 'yes' ? icon('check') : icon('copy')}
          ${this.copied === 'yes' ? 'Copied' : 'Copy link'}
        </button>
        ${'share' in navigator && !this.quiet ? this.#shareButton() : nothing}
      </div>
      <p class=${this.copied === 'by hand' ? 'small' : 'visually-hidden'} role="status">
        ${this.#words()}
      </p>
    `
  }

  #words(): string {
    if (this.copied === 'no') return ''
    if (this.copied === 'yes') return 'Link copied.'
    return 'The browser does not let the page copy. The link is selected: copy it with Ctrl+C or ⌘C.'
  }

  #shareButton(): unknown {
    return html`<button class="share" @click=${this.#share}>${icon('share')} Share…</button>`
  }

  #select(event: FocusEvent): void {
    if (event.target instanceof HTMLInputElement) event.target.select()
  }

  async #copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.link)
    } catch {
      this.copied = 'by hand'
      this.renderRoot.querySelector('input')?.focus()
      return
    }
    this.copied = 'yes'
    setTimeout(() => (this.copied = 'no'), COPIED_MS)
  }

  async #share(): Promise<void> {
    // Closing the list of apps is no error.
    await navigator.share({ url: this.link }).catch(() => undefined)
  }
}

customElements.define('link-box', LinkBox)

declare global {
  interface HTMLElementTagNameMap {
    'link-box': LinkBox
  }
}

import { html, LitElement, nothing } from 'lit'
import type { CustodySnapshot } from '../worker/snapshot.ts'
import { icon } from './icon.ts'
import { sharedStyles } from './shared-styles.ts'

/** To open it again within a minute asks nobody. */
const NEW_MS = 60_000

/**
 * Who keeps a share, once a person wants to see it: what shows it is loaded then, as few do.
 *
 * @fires custody-opened - The person wants to see who keeps it, and what is known of that is not new. A sender hears of
 *   receipts anyway as they come.
 * @fires challenge-seeds - The person wants each seed to show a random piece.
 */
export class CustodyPanel extends LitElement {
  static override properties = {
    custody: { attribute: false },
    hasOpened: { state: true },
    isMissing: { state: true },
  }
  declare custody: readonly CustodySnapshot[]
  declare protected hasOpened: boolean
  declare protected isMissing: boolean

  static override styles = [sharedStyles]

  constructor() {
    super()
    this.hasOpened = false
    this.isMissing = false
  }

  override render(): unknown {
    if (this.custody.length === 0) return nothing
    return html`
      <details @toggle=${this.#toggled}>
        <summary>${icon('chevron')} Who keeps it</summary>
        ${this.#content()}
      </details>
    `
  }

  #content(): unknown {
    if (this.isMissing)
      return html`<p class="soft" role="status">
        This part of the page could not be loaded. Close it and open it again to try once more.
      </p>`
    if (!this.hasOpened) return nothing
    return html`<custody-seeds .custody=${this.custody}></custody-seeds>`
  }

  async #toggled(event: Event): Promise<void> {
    const isOpen = event.target instanceof HTMLDetailsElement && event.target.open
    if (!isOpen) return
    this.hasOpened = true
    if (!this.custody.every(isNew))
      this.dispatchEvent(new Event('custody-opened', { bubbles: true, composed: true }))
    this.isMissing = await import('./custody-seeds.ts').then(
      () => false,
      () => true,
    )
  }
}

/** It signed it just now, by its own clock. */
function isNew({ receipt, receiptAtMs = 0 }: CustodySnapshot): boolean {
  return receipt === 'stored' && Date.now() - receiptAtMs < NEW_MS
}

customElements.define('custody-panel', CustodyPanel)

declare global {
  interface HTMLElementTagNameMap {
    'custody-panel': CustodyPanel
  }
}

import { html, LitElement, nothing } from 'lit'
import type { CustodySnapshot } from '../worker/snapshot.ts'
import { icon } from './icon.ts'
import { sharedStyles } from './shared-styles.ts'

/** To open it again within a minute asks nobody. */
const NEW_MS = 60_000

/**
 * Who keeps a share, once a person wants to see it: what shows it is loaded when somebody is there, or then.
 *
 * @fires custody-opened - The person wants to see who keeps it, and what is known of that is not new. A sender hears of
 *   receipts anyway as they come.
 * @fires challenge-seeds - The person wants each seed to show a random piece.
 */
export class CustodyPanel extends LitElement {
  static override properties = {
    custody: { attribute: false },
    shown: { state: true },
  }
  declare custody: readonly CustodySnapshot[]
  /** What shows the seeds: undefined until it is asked for. */
  declare protected shown: 'coming' | 'here' | 'missing' | undefined

  static override styles = [sharedStyles]

  constructor() {
    super()
    this.shown = undefined
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
    switch (this.shown) {
      case undefined:
        return nothing
      case 'coming':
        return html`<p class="soft" role="status">Loading…</p>`
      case 'here':
        return html`<custody-seeds .custody=${this.custody}></custody-seeds>`
      case 'missing':
        return html`<p class="soft" role="status">
          This part of the page could not be loaded. Close it and open it again to try once more. If
          it stays so, load the page again.
        </p>`
    }
  }

  async #toggled(event: Event): Promise<void> {
    const isOpen = event.target instanceof HTMLDetailsElement && event.target.open
    if (!isOpen) return
    if (!this.custody.every(isNew))
      this.dispatchEvent(new Event('custody-opened', { bubbles: true, composed: true }))
    if (this.shown !== 'here') this.shown = 'coming'
    this.shown = await import('./custody-seeds.ts').then(
      () => 'here',
      () => 'missing',
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

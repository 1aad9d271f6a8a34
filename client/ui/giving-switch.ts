import { css, html, LitElement, nothing } from 'lit'
import type { GivingSnapshot } from '../worker/swarm-snapshot.ts'
import { AskEvent } from './ask-event.ts'
import { sharedStyles } from './shared-styles.ts'

/**
 * What this page passes on: a switch, a bound for a day, and what was given.
 *
 * @fires ask-worker - The switch, or the bound.
 */
export class GivingSwitch extends LitElement {
  static override properties = { giving: { attribute: false }, shareId: { attribute: false } }
  declare giving: GivingSnapshot
  declare shareId: string

  static override styles = [
    sharedStyles,
    css`
      :host {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: space-between;
        gap: var(--gap-1) var(--gap-4);
      }
      label {
        display: flex;
        flex: 0 1 auto;
        align-items: center;
        min-inline-size: 0;
        gap: var(--gap-3);
        min-block-size: var(--target);
        overflow-wrap: anywhere;
        cursor: pointer;
      }
      input {
        position: relative;
        flex: none;
        appearance: none;
        inline-size: 2.5rem;
        block-size: 1.5rem;
        border: 1px solid var(--line-strong);
        border-radius: 999px;
        background: var(--surface);
        cursor: pointer;
        transition: background-color 0.15s;
      }
      input[type='checkbox'] {
        inline-size: 2.5rem;
        block-size: 1.5rem;
      }
      input::after {
        content: '';
        position: absolute;
        inset-block-start: 50%;
        inset-inline-start: 0.25rem;
        inline-size: 0.9375rem;
        block-size: 0.9375rem;
        border-radius: 50%;
        background: var(--line-strong);
        translate: 0 -50%;
        transition: inset-inline-start 0.15s;
      }
      input:checked {
        border-color: var(--accent);
        background: var(--accent);
      }
      input:checked::after {
        inset-inline-start: 1.25rem;
        background: var(--on-accent);
      }
      @media (forced-colors: active) {
        input::after {
          background: ButtonText;
        }
        input:checked::after {
          background: Highlight;
        }
      }
      select {
        inline-size: auto;
        max-inline-size: 100%;
      }
    `,
  ]

  override render(): unknown {
    const { isOn, text } = this.giving
    return html`
      <label>
        <input type="checkbox" role="switch" .checked=${isOn} @change=${this.#switch} />
        <span>
          <span id="name">Pass it on while this page is open</span><br />
          <span class="small soft numbers">${text}</span>
        </span>
      </label>
      ${this.#caps()}
    `
  }

  #caps(): unknown {
    const { caps, dailyBytesMax, isOn } = this.giving
    if (caps === undefined || !isOn) return nothing
    return html`<select class="small" aria-label="How much of it" @change=${this.#bound}>
      ${caps.map(
        ({ bytes, words }, i) =>
          html`<option value=${i} ?selected=${bytes === dailyBytesMax}>${words}</option>`,
      )}
    </select>`
  }

  #switch({ target }: Event): void {
    if (!(target instanceof HTMLInputElement)) return
    const { shareId } = this
    this.dispatchEvent(new AskEvent({ type: 'giving', shareId, isOn: target.checked }))
  }

  #bound({ target }: Event): void {
    if (!(target instanceof HTMLSelectElement)) return
    const cap = this.giving.caps?.[Number(target.value)]
    if (cap !== undefined)
      this.dispatchEvent(new AskEvent({ type: 'giving-cap', bytes: cap.bytes }))
  }
}

customElements.define('giving-switch', GivingSwitch)

declare global {
  interface HTMLElementTagNameMap {
    'giving-switch': GivingSwitch
  }
}

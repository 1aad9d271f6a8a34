import { css, html, LitElement, nothing, svg } from 'lit'
import type { Frontier } from '../worker/snapshot.ts'
import { formatBytes } from '../words.ts'
import { sharedStyles } from './shared-styles.ts'

/** Painted in this order, each over the one before. */
const layers = ['here', 'once', 'safe'] as const
const words = { safe: 'safe', once: 'on one seed', here: 'only in this page' } as const

/** How far a share has got: what only this page has, what one seed has, and what is safe. */
export class DurabilityFrontier extends LitElement {
  static override properties = { frontier: { attribute: false } }
  declare frontier: Frontier

  static override styles = [
    sharedStyles,
    css`
      svg {
        display: block;
        inline-size: 100%;
        block-size: 0.875rem;
        border-radius: 999px;
        background: var(--line);
        forced-color-adjust: none;
      }
      svg:dir(rtl) {
        scale: -1 1;
      }
      .here {
        fill: var(--here);
        background: var(--here);
      }
      .once {
        fill: var(--once);
        background: var(--once);
      }
      .safe {
        fill: var(--safe);
        background: var(--safe);
      }
      ul {
        display: flex;
        flex-wrap: wrap;
        gap: var(--gap-1) var(--gap-5);
        margin-block-start: var(--gap-3);
      }
      li {
        display: flex;
        align-items: baseline;
        gap: var(--gap-2);
      }
      i {
        inline-size: 0.625rem;
        block-size: 0.625rem;
        border-radius: 50%;
        forced-color-adjust: none;
      }
    `,
  ]

  override render(): unknown {
    const { totalBytes, sealedBytes, onceBytes, policyBytes } = this.frontier
    const reach = { here: sealedBytes, once: onceBytes, safe: policyBytes }
    const percent = (bytes: number): number => (totalBytes === 0 ? 100 : (100 * bytes) / totalBytes)
    return html`
      <div
        role="progressbar"
        aria-label="How much of this share is safe"
        aria-valuemin="0"
        aria-valuemax="100"
        aria-valuenow=${Math.floor(percent(policyBytes))}
        aria-valuetext=${`${formatBytes(policyBytes)} of ${formatBytes(totalBytes)} safe`}
      >
        <svg viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
          ${layers.map((layer) => svg`<rect class=${layer} width=${percent(reach[layer])} height="1" />`)}
        </svg>
      </div>
      <ul class="small numbers soft">
        ${layers.toReversed().map((layer) => this.#amount(layer))}
      </ul>
    `
  }

  /** Each byte is counted once: what is not yet encrypted is only in this page, too. */
  #amount(layer: (typeof layers)[number]): unknown {
    const { totalBytes, onceBytes, policyBytes } = this.frontier
    const amounts = {
      here: totalBytes - onceBytes,
      once: onceBytes - policyBytes,
      safe: policyBytes,
    }
    const bytes = Math.max(0, amounts[layer])
    // Nothing left to worry about is nothing to say.
    if (bytes === 0 && layer !== 'safe') return nothing
    return html`<li><i class=${layer}></i>${formatBytes(bytes)} ${words[layer]}</li>`
  }
}

customElements.define('durability-frontier', DurabilityFrontier)

declare global {
  interface HTMLElementTagNameMap {
    'durability-frontier': DurabilityFrontier
  }
}

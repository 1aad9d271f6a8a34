import { css, html, LitElement, svg } from 'lit'
import type { Frontier } from '../worker/snapshot.ts'
import { formatBytes } from '../words.ts'
import { sharedStyles } from './shared-styles.ts'

const layers = [
  { name: 'here', words: 'only in this page' },
  { name: 'once', words: 'on one seed' },
  { name: 'safe', words: 'safe' },
] as const

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
        block-size: 0.75rem;
        border-radius: 999px;
        background: var(--sunken);
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
      rect {
        transition: width 0.3s linear;
      }
      @media (prefers-reduced-motion: reduce) {
        rect {
          transition: none;
        }
      }
      ul {
        display: flex;
        flex-wrap: wrap;
        gap: var(--gap-1) var(--gap-4);
        margin-block-start: var(--gap-2);
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
      }
    `,
  ]

  override render(): unknown {
    const { totalBytes, sealedBytes, onceBytes, policyBytes } = this.frontier
    const reach = { here: sealedBytes, once: onceBytes, safe: policyBytes }
    const share = {
      here: sealedBytes - onceBytes,
      once: onceBytes - policyBytes,
      safe: policyBytes,
    }
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
          ${layers.map(({ name }) => svg`<rect class=${name} width=${percent(reach[name])} height="1" />`)}
        </svg>
      </div>
      <ul class="small numbers">
        ${layers.map(
          ({ name, words }) =>
            html`<li>
              <i class=${name}></i><span>${formatBytes(Math.max(0, share[name]))} ${words}</span>
            </li>`,
        )}
      </ul>
    `
  }
}

customElements.define('durability-frontier', DurabilityFrontier)

declare global {
  interface HTMLElementTagNameMap {
    'durability-frontier': DurabilityFrontier
  }
}

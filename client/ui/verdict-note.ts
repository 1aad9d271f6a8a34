import { css, html, LitElement, nothing } from 'lit'
import { icon, type IconName } from './icon.ts'
import { sharedStyles } from './shared-styles.ts'

/** What a person must know now: whether they may close the page, and why. */
export type Verdict = Readonly<{
  tone: 'busy' | 'wait' | 'safe' | 'quiet'
  icon: IconName
  heading: string
  detail: string
  /** How much is done while bytes move, 0 to 1: drawn as part of a ring. Unknown or at rest, the ring of `busy` turns. */
  share?: number | undefined
}>

/**
 * A verdict, with what belongs to it: figures and bars below, buttons beside.
 *
 * @slot - Below the words.
 * @slot actions - Beside them, below them on a phone.
 */
export class VerdictNote extends LitElement {
  static override properties = { verdict: { attribute: false } }
  declare verdict: Verdict

  static override styles = [
    sharedStyles,
    css`
      section {
        display: flex;
        flex-wrap: wrap;
        gap: var(--gap-3) var(--gap-4);
        padding: var(--gap-4);
        border-radius: var(--round-small);
        background: var(--note-ground);
        --note: var(--accent);
        --note-ground: var(--sunken);
      }
      .wait {
        --note: var(--warn);
        --note-ground: var(--warn-ground);
      }
      .safe {
        --note: var(--good);
        --note-ground: var(--good-ground);
      }
      .quiet {
        --note: var(--ink-soft);
      }
      .badge {
        display: grid;
        flex: none;
        place-items: center;
        inline-size: 2.5rem;
        block-size: 2.5rem;
        border: 2px solid var(--note);
        border-radius: 50%;
        color: var(--note);
      }
      .safe .badge {
        background: var(--note);
        color: var(--note-ground);
      }
      .busy .badge {
        border: 0;
      }
      .busy .badge > * {
        grid-area: 1 / 1;
      }
      .ring {
        inline-size: 2.5rem;
        block-size: 2.5rem;
        rotate: -90deg;
        fill: none;
        stroke: color-mix(in srgb, var(--note) 25%, transparent);
        stroke-width: 2;
      }
      .ring .part {
        stroke: var(--note);
      }
      /* Each frame of it is drawn anew: not while figures and bars move as well, and bytes need the processor. */
      .turning {
        animation: turn 1.6s linear infinite;
      }
      /* Once round from where the ring starts: any other end would jump. */
      @keyframes turn {
        to {
          rotate: 270deg;
        }
      }
      .heading {
        font-size: 1.0625rem;
        font-weight: 650;
      }
      .wait .heading,
      .safe .heading {
        color: var(--note);
      }
      .words {
        flex: 1 1 12rem;
        min-inline-size: 0;
        display: flex;
        flex-wrap: wrap;
        justify-content: space-between;
        align-items: center;
        gap: var(--gap-3) var(--gap-4);
        min-block-size: 2.5rem;
      }
      .words > div {
        flex: 1 1 14rem;
        min-inline-size: 0;
      }
      slot:not([name])::slotted(*) {
        flex: 1 1 100%;
      }
    `,
  ]

  override render(): unknown {
    const { tone, icon: name, heading, detail, share } = this.verdict
    return html`
      <section class=${tone}>
        <span class="badge">${icon(name)} ${tone === 'busy' ? ring(share) : nothing}</span>
        <div class="words">
          <div>
            <p class="heading">${heading}</p>
            <p class="small numbers">${detail}</p>
          </div>
          <slot name="actions"></slot>
        </div>
        <slot></slot>
      </section>
    `
  }
}

function ring(share: number | undefined): unknown {
  const dashes = share === undefined ? '0.25 1' : `${share.toFixed(3)} 1`
  return html`<svg
    class=${share === undefined ? 'ring turning' : 'ring'}
    viewBox="0 0 40 40"
    aria-hidden="true"
  >
    <circle cx="20" cy="20" r="19" />
    <circle class="part" cx="20" cy="20" r="19" pathLength="1" stroke-dasharray=${dashes} />
  </svg>`
}

customElements.define('verdict-note', VerdictNote)

declare global {
  interface HTMLElementTagNameMap {
    'verdict-note': VerdictNote
  }
}

import { css, html, LitElement } from 'lit'
import type { CustodySnapshot } from '../worker/snapshot.ts'
import { countryName } from './country.ts'
import { icon, type IconName } from './icon.ts'
import { sharedStyles } from './shared-styles.ts'
import { formatMoment, formatRecent } from './when-words.ts'

/** What a seed answered when it was asked for a random piece. */
const answers = {
  'not asked': '',
  asking: 'Asking…',
  passed: 'Showed a correct piece',
  failed: 'Gave a wrong piece',
  'piece missing': 'Does not have that piece',
  'not held': 'Has none of it yet',
  'no address': 'Cannot be asked from a browser',
  unreachable: 'Could not be reached',
} as const satisfies Record<CustodySnapshot['challenge'], string>

/**
 * Every seed of a share with operator, country, receipt and date, and a button that asks each of them for a random
 * piece right now.
 *
 * @fires challenge-seeds - The person wants each seed to show a random piece.
 */
export class CustodySeeds extends LitElement {
  static override properties = { custody: { attribute: false } }
  declare custody: readonly CustodySnapshot[]

  static override styles = [
    sharedStyles,
    css`
      li {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0 var(--gap-3);
        padding-block: var(--gap-3);
        border-block-start: 1px solid var(--line);
      }
      li > span {
        overflow-wrap: anywhere;
      }
      .state {
        display: inline-flex;
        align-items: center;
        gap: var(--gap-1);
        font-weight: 600;
      }
      .state .icon {
        inline-size: 1rem;
        block-size: 1rem;
        stroke-width: 2.5;
      }
      .stored,
      .passed {
        color: var(--good);
      }
      .none,
      .unreachable {
        color: var(--warn);
      }
      .failed {
        color: var(--bad);
      }
      li > strong {
        flex: 1 1 9rem;
      }
      .where,
      .answer {
        flex: 1 1 100%;
      }
      .ask {
        display: grid;
        gap: var(--gap-3);
        justify-items: start;
        padding-block: var(--gap-3) var(--gap-4);
        border-block-start: 1px solid var(--line);
      }
    `,
  ]

  override render(): unknown {
    const isAsking = this.custody.some(({ challenge }) => challenge === 'asking')
    return html`
      <ul>
        ${this.custody.map((seed) => this.#seed(seed))}
      </ul>
      <div class="ask">
        <button ?disabled=${isAsking} @click=${this.#challenge}>
          ${isAsking ? 'Asking…' : 'Ask each for a random piece'}
        </button>
        <p class="small soft">
          A seed is a server that is always on. It keeps encrypted pieces that it cannot read.
          Asking shows that it can produce a piece now, not that it keeps a copy of its own. Its
          country is vouched for by the network, not proven.
        </p>
      </div>
    `
  }

  #seed({
    operator,
    jurisdiction,
    url,
    receipt,
    receiptAtMs,
    challenge,
    challengedAtMs,
  }: CustodySnapshot): unknown {
    const state = stateOf(receipt, challenge)
    const signed = receiptAtMs === undefined ? '' : `, signed ${formatMoment(receiptAtMs)}`
    const where = [countryName(jurisdiction), hostOf(url)].filter((part) => part !== '').join(', ')
    const isOver = !['not asked', 'asking', 'no address'].includes(challenge)
    const when = isOver && challengedAtMs !== undefined ? `, ${formatRecent(challengedAtMs)}` : ''
    return html`<li>
      <strong><bdi>${operator}</bdi></strong>
      <span class="state small ${state.tone}">${icon(state.icon)} ${state.words}</span>
      <span class="where small soft">${where}${signed}</span>
      <span class="answer small ${toneOf(challenge)}" role="status"
        >${answers[challenge]}${when}</span
      >
    </li>`
  }

  #challenge(): void {
    this.dispatchEvent(new Event('challenge-seeds', { bubbles: true, composed: true }))
  }
}

/** What a seed signed counts until it gives a wrong piece. */
function stateOf(
  receipt: CustodySnapshot['receipt'],
  challenge: CustodySnapshot['challenge'],
): Readonly<{ tone: string; icon: IconName; words: string }> {
  if (receipt === 'unknown') return { tone: 'soft', icon: 'clock', words: 'Not known yet' }
  if (receipt === 'asking') return { tone: 'soft', icon: 'clock', words: 'Asking…' }
  if (receipt === 'none') return { tone: 'none', icon: 'clock', words: 'Not yet' }
  if (challenge === 'failed') return { tone: 'failed', icon: 'alert', words: 'In doubt' }
  return { tone: 'stored', icon: 'check', words: 'Stored' }
}

function toneOf(challenge: CustodySnapshot['challenge']): string {
  if (challenge === 'no address') return 'soft'
  return challenge === 'not held' || challenge === 'piece missing' ? 'none' : challenge
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url
}

customElements.define('custody-seeds', CustodySeeds)

declare global {
  interface HTMLElementTagNameMap {
    'custody-seeds': CustodySeeds
  }
}

import { css, html, LitElement, nothing } from 'lit'
import { isRunning } from '../page/page-state.ts'
import type { Problem, SaveSnapshot } from '../worker/snapshot.ts'
import { keepFocus } from './keep-focus.ts'
import './problem-note.ts'
import { saveVerdict } from './save-words.ts'
import { sharedStyles } from './shared-styles.ts'
import './spoken-words.ts'
import type { Verdict } from './verdict-note.ts'
import './verdict-note.ts'
import { spokenVerdict } from './when-words.ts'

/** Carries which save the person asked to stop. */
export class SaveStopEvent extends Event {
  readonly saveId: string

  constructor(saveId: string) {
    super('save-stop', { bubbles: true, composed: true })
    this.saveId = saveId
  }
}

/**
 * One save: verified bytes only, and a way to stop it.
 *
 * @fires save-stop - The person asked to stop.
 */
export class SaveRow extends LitElement {
  static override properties = { save: { attribute: false } }
  declare save: SaveSnapshot

  static override styles = [
    sharedStyles,
    css`
      div {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--gap-2);
      }
      strong:focus {
        outline: none;
      }
      progress {
        display: block;
        appearance: none;
        inline-size: 100%;
        block-size: 0.875rem;
        border: 0;
        border-radius: 999px;
        background: var(--line);
        overflow: hidden;
        forced-color-adjust: none;
      }
      progress::-webkit-progress-bar {
        background: var(--line);
      }
      progress::-webkit-progress-value {
        background: var(--safe);
      }
      progress::-moz-progress-bar {
        background: var(--safe);
      }
    `,
  ]

  constructor() {
    super()
    keepFocus(this, () => this.renderRoot.querySelector('strong'))
  }

  override render(): unknown {
    const { title, phase, problem } = this.save
    const verdict = saveVerdict(this.save)
    return html`
      <div>
        <strong id="name" tabindex="-1"><bdi>${title}</bdi></strong>
        ${problem === undefined ? this.#verdict(verdict) : this.#problem(problem, verdict.detail)}
        <spoken-words
          .moment=${phase}
          .words=${`${title}: ${spokenVerdict(verdict)}`}
        ></spoken-words>
      </div>
    `
  }

  #verdict(verdict: Verdict): unknown {
    const { phase, checkedBytes, totalBytes } = this.save
    const stop = html`<button slot="actions" @click=${this.#stop}>Stop</button>`
    const bar = html`<progress
      aria-labelledby="name"
      .value=${checkedBytes}
      .max=${Math.max(1, totalBytes)}
    ></progress>`
    return html`<verdict-note .verdict=${verdict}>
      ${isRunning(this.save) ? stop : nothing} ${phase === 'done' ? nothing : bar}
    </verdict-note>`
  }

  /** Another try is another save: its button is where the first one was. */
  #problem(problem: Problem, detail: string): unknown {
    return html`<p class="soft small">${detail}</p>
      <problem-note .problem=${{ ...problem, canRetry: false }}></problem-note>`
  }

  #stop(): void {
    this.dispatchEvent(new SaveStopEvent(this.save.saveId))
  }
}

customElements.define('save-row', SaveRow)

declare global {
  interface HTMLElementTagNameMap {
    'save-row': SaveRow
  }
}

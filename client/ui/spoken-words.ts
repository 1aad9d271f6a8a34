import { css, html, LitElement } from 'lit'
import { sharedStyles } from './shared-styles.ts'

const PAUSE_MS = 10_000

/**
 * Says to a screen reader what changes on the screen: at once when the moment changes (sending, paused, stored),
 * and else at most every ten seconds, because progress that is read out at each step drowns everything.
 */
export class SpokenWords extends LitElement {
  static override properties = {
    words: { attribute: false },
    moment: { attribute: false },
    spoken: { state: true },
  }
  declare words: string
  /** What must not wait: two snapshots with the same moment differ in figures only. */
  declare moment: string
  declare spoken: string
  #spokenMoment: string | undefined
  #timer: ReturnType<typeof setTimeout> | undefined

  static override styles = [
    sharedStyles,
    css`
      /* Out of the flow, so that it leaves no gap where it stands. */
      :host {
        position: absolute;
      }
    `,
  ]

  constructor() {
    super()
    this.words = ''
    this.moment = ''
    this.spoken = ''
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  override willUpdate(): void {
    if (this.moment !== this.#spokenMoment) this.#speak()
    else if (this.words !== this.spoken) this.#timer ??= setTimeout(() => this.#speak(), PAUSE_MS)
  }

  override render(): unknown {
    return html`<p class="visually-hidden" role="status">${this.spoken}</p>`
  }

  #speak(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#spokenMoment = this.moment
    this.spoken = this.words
  }
}

customElements.define('spoken-words', SpokenWords)

declare global {
  interface HTMLElementTagNameMap {
    'spoken-words': SpokenWords
  }
}

import { css, html, LitElement, type PropertyValues } from 'lit'
import { textOf } from './form-text.ts'
import { icon } from './icon.ts'
import { sharedStyles } from './shared-styles.ts'

/** Carries the password that a recipient typed. */
export class PasswordEvent extends Event {
  readonly text: string

  constructor(text: string) {
    super('password-given', { bubbles: true, composed: true })
    this.text = text
  }
}

/**
 * Asks for the password of a share.
 *
 * @fires password-given - A password was typed.
 */
export class PasswordForm extends LitElement {
  static override properties = {
    wasWrong: { type: Boolean },
    note: { attribute: false },
    isShown: { state: true },
  }
  declare wasWrong: boolean
  /** What is going on while a password is tried. */
  declare note: string | undefined
  declare isShown: boolean

  static override styles = [
    sharedStyles,
    css`
      form {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--gap-4);
        max-inline-size: 32rem;
        margin-inline: auto;
      }
      h1 {
        display: flex;
        align-items: center;
        gap: var(--gap-3);
      }
      .icon {
        color: var(--accent);
        inline-size: 1.75rem;
        block-size: 1.75rem;
      }
      .field {
        display: flex;
        gap: var(--gap-2);
      }
      #result {
        margin-block-start: var(--gap-1);
      }
      .wrong {
        color: var(--bad);
        font-weight: 600;
      }
    `,
  ]

  constructor() {
    super()
    this.wasWrong = false
    this.note = undefined
    this.isShown = false
  }

  override render(): unknown {
    const isTrying = this.note !== undefined
    const wrong = this.wasWrong ? 'That password does not open it. Check it and try again.' : ''
    return html`
      <form class="card" @submit=${this.#submit}>
        <h1>${icon('lock')}<label for="password">These files need a password</label></h1>
        <p class="soft">
          The sender chose it, and should have told it to you by another way than the link.
        </p>
        <div>
          <div class="field">
            <input
              id="password"
              name="password"
              type=${this.isShown ? 'text' : 'password'}
              autocomplete="off"
              autocapitalize="off"
              spellcheck="false"
              required
              ?disabled=${isTrying}
              aria-invalid=${this.wasWrong}
              aria-describedby="result"
            />
            <button type="button" aria-pressed=${this.isShown} @click=${this.#show}>Show</button>
          </div>
          <p id="result" role="status" class=${this.wasWrong && !isTrying ? 'wrong' : 'soft'}>
            ${this.note ?? wrong}
          </p>
        </div>
        <button class="primary large" ?disabled=${isTrying}>
          ${isTrying ? 'Opening…' : 'Open the files'}
        </button>
      </form>
    `
  }

  override updated(changed: PropertyValues): void {
    const wasTrying = changed.get('note') !== undefined
    // Back to the field, which could not hold the focus while it was disabled.
    if (wasTrying && this.note === undefined) this.renderRoot.querySelector('input')?.select()
  }

  #show(): void {
    this.isShown = !this.isShown
  }

  #submit(event: SubmitEvent): void {
    event.preventDefault()
    if (!(event.target instanceof HTMLFormElement)) return
    this.dispatchEvent(new PasswordEvent(textOf(new FormData(event.target), 'password')))
  }
}

customElements.define('password-form', PasswordForm)

declare global {
  interface HTMLElementTagNameMap {
    'password-form': PasswordForm
  }
}

import { css, html, LitElement, nothing } from 'lit'
import { textOf } from './form-text.ts'
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
  static override properties = { wasWrong: { type: Boolean }, note: { attribute: false } }
  declare wasWrong: boolean
  declare note: string | undefined

  static override styles = [
    sharedStyles,
    css`
      form {
        display: grid;
        gap: var(--gap-4);
      }
      .wrong {
        color: var(--bad);
        font-weight: 550;
      }
    `,
  ]

  constructor() {
    super()
    this.wasWrong = false
    this.note = undefined
  }

  override render(): unknown {
    const isTrying = this.note !== undefined
    return html`
      <form class="card" @submit=${this.#submit}>
        <h2><label for="password">This share is protected by a password</label></h2>
        <p class="soft">
          The sender chose it and should have told it to you by another way than the link.
        </p>
        <input
          id="password"
          name="password"
          type="password"
          autocomplete="off"
          required
          ?disabled=${isTrying}
          aria-describedby="result"
        />
        <p id="result" role="status" class=${this.wasWrong ? 'wrong' : 'soft'}>
          ${this.note ?? (this.wasWrong ? 'That password does not open it. Check it and try again.' : nothing)}
        </p>
        <div><button class="primary" ?disabled=${isTrying}>Open</button></div>
      </form>
    `
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

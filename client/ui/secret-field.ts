import { css, html } from 'lit'

/** A field for something that others must not read over one's shoulder, and how it is drawn just now. */
export type SecretField = Readonly<{
  name: string
  label: string
  note: string
  isRequired?: boolean
  /** For password managers: whether what is typed is new, or not theirs to fill. */
  autocomplete?: 'new-password' | 'off'
  isShown: boolean
  /** The person wants to see what they typed, or to hide it again. */
  toggle: () => void
}>

export const secretFieldStyles = css`
  .secret {
    display: flex;
    gap: var(--gap-2);
  }
`

/** Its name is also its id. */
export function secretField(field: SecretField): unknown {
  const { name, label, note, isRequired = false, autocomplete = 'off', isShown, toggle } = field
  return html`<div class="field">
    <label for=${name}>${label}</label>
    <div class="secret">
      <input
        id=${name}
        name=${name}
        type=${isShown ? 'text' : 'password'}
        autocomplete=${autocomplete}
        autocapitalize="off"
        spellcheck="false"
        ?required=${isRequired}
        aria-describedby=${`${name}-note`}
      />
      <button type="button" aria-pressed=${isShown} @click=${toggle}>Show</button>
    </div>
    <p class="small soft" id=${`${name}-note`}>${note}</p>
  </div>`
}

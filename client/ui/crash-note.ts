import { css, html, LitElement, nothing } from 'lit'
import type { SendSnapshot } from '../worker/snapshot.ts'
import './problem-note.ts'
import { sharedStyles } from './shared-styles.ts'

/** What is left after a mistake of ours: what is safe, what to do, and the links that were given out. */
export class CrashNote extends LitElement {
  static override properties = { message: { attribute: false }, sends: { attribute: false } }
  declare message: string
  declare sends: readonly SendSnapshot[]

  static override styles = [
    sharedStyles,
    css`
      ul {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--gap-4);
        margin-block-start: var(--gap-5);
      }
      h2 {
        margin-block-end: var(--gap-2);
        font-size: 1.125rem;
      }
    `,
  ]

  override render(): unknown {
    const problem = {
      title: 'Something in this page broke',
      detail: `${this.message} What the seeds have stored is safe.`,
      next: 'Load the page again. What is not finished is listed there, and goes on with the same files.',
      canRetry: true,
    }
    const links = this.sends.filter(({ link }) => link !== undefined)
    return html`
      <problem-note
        .problem=${problem}
        .isPage=${true}
        .retryWords=${'Load the page again'}
        @problem-retry=${() => location.reload()}
      ></problem-note>
      ${
        links.length === 0
          ? nothing
          : html`<ul>
              ${links.map((send) => this.#link(send))}
            </ul>`
      }
    `
  }

  /** Whoever sent has loaded what shows links. */
  #link({ title, link }: SendSnapshot): unknown {
    return html`<li class="card">
      <h2><bdi>${title}</bdi></h2>
      <link-box .link=${link} label="Link to share"></link-box>
    </li>`
  }
}

customElements.define('crash-note', CrashNote)

declare global {
  interface HTMLElementTagNameMap {
    'crash-note': CrashNote
  }
}

import { css, html, LitElement, nothing } from 'lit'
import type { PickedFile, SendOptions } from '../worker/messages.ts'
import type { NetworkSnapshot } from '../worker/snapshot.ts'
import { formatBytes, formatCount } from '../words.ts'
import { countryName } from './country.ts'
import { textOf } from './form-text.ts'
import { sharedStyles } from './shared-styles.ts'

const DAY_MS = 86_400_000
const lives = [
  { days: 1, words: '1 day' },
  { days: 7, words: '7 days' },
  { days: 30, words: '30 days' },
  { days: 90, words: '90 days' },
] as const
const SHOWN_MAX = 5

/** Carries what the sender chose. */
export class SendEvent extends Event {
  readonly options: SendOptions

  constructor(options: SendOptions) {
    super('send-files', { bubbles: true, composed: true })
    this.options = options
  }
}

/**
 * The files about to be sent, and how: password, time, places.
 *
 * @fires send-files - The person pressed Send.
 * @fires clear-files - The person wants to start over.
 */
export class SendForm extends LitElement {
  static override properties = { files: { attribute: false }, network: { attribute: false } }
  declare files: readonly PickedFile[]
  declare network: NetworkSnapshot

  static override styles = [
    sharedStyles,
    css`
      form {
        display: grid;
        gap: var(--gap-4);
      }
      .files li {
        display: flex;
        justify-content: space-between;
        gap: var(--gap-3);
        padding-block: var(--gap-1);
        border-block-end: 1px solid var(--line);
      }
      .files span:first-child {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .fields {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(13rem, 1fr));
        gap: var(--gap-4);
        margin-block-start: var(--gap-3);
      }
      label {
        display: grid;
        gap: var(--gap-1);
        font-weight: 550;
      }
      label .small {
        font-weight: 400;
      }
      summary {
        min-block-size: var(--target);
        align-content: center;
        color: var(--accent);
        font-weight: 550;
        cursor: pointer;
      }
      fieldset {
        display: flex;
        flex-wrap: wrap;
        gap: var(--gap-2) var(--gap-4);
        margin: var(--gap-4) 0 0;
        padding: 0;
        border: 0;
      }
      legend {
        padding: 0;
        font-weight: 550;
      }
      fieldset label {
        display: flex;
        align-items: center;
        gap: var(--gap-2);
        min-block-size: var(--target);
        font-weight: 400;
      }
    `,
  ]

  override render(): unknown {
    const bytes = this.files.reduce((sum, { file }) => sum + (file?.size ?? 0), 0)
    const tooLarge = bytes > this.network.shareBytesMax
    return html`
      <form class="card" @submit=${this.#submit}>
        <div class="row">
          <h2 class="grow">${formatCount(this.files.length, 'file')}, ${formatBytes(bytes)}</h2>
          <button type="button" class="plain" @click=${this.#clear}>Start over</button>
        </div>
        ${this.#list()}
        <details>
          <summary>Password, time and places</summary>
          ${this.#fields()} ${this.#places()}
        </details>
        ${tooLarge ? html`<p>This network takes at most ${formatBytes(this.network.shareBytesMax)} a share.</p>` : nothing}
        <div class="row">
          <button class="primary" ?disabled=${tooLarge || this.network.state === 'connecting'}>
            Encrypt and send
          </button>
          <span class="soft small">You get the link at once.</span>
        </div>
      </form>
    `
  }

  #list(): unknown {
    const more = this.files.length - SHOWN_MAX
    return html`
      <ul class="files small">
        ${this.files
          .slice(0, SHOWN_MAX)
          .map(
            ({ path, file }) =>
              html`<li>
                <span>${path}</span
                ><span class="soft numbers"
                  >${file === undefined ? 'empty folder' : formatBytes(file.size)}</span
                >
              </li>`,
          )}
        ${more > 0 ? html`<li class="soft"><span>and ${formatCount(more, 'more file')}</span></li>` : nothing}
      </ul>
    `
  }

  #fields(): unknown {
    const offered = lives.filter(({ days }) => days * DAY_MS <= this.network.lifeMsMax)
    return html`
      <div class="fields">
        <label>
          Password
          <input name="password" type="password" autocomplete="new-password" />
          <span class="small soft">Optional. Tell it by another way than the link.</span>
        </label>
        <label>
          Keep for
          <select name="days">
            ${offered.map(({ days, words }) => html`<option value=${days} ?selected=${days === 7}>${words}</option>`)}
          </select>
          <span class="small soft">After that the seeds delete it.</span>
        </label>
        <label>
          Copies
          <select name="copies">
            <option value="2" selected>Two, in two countries</option>
            <option value="3">Three, in two countries or more</option>
            <option value="1">One only (lost if that seed is lost)</option>
          </select>
          <span class="small soft">By different operators.</span>
        </label>
        <label>
          People with the link
          <select name="peers">
            <option value="direct" selected>May help each other directly</option>
            <option value="relayed">May help through a relay</option>
            <option value="forbidden">Use the seeds only</option>
          </select>
          <span class="small soft">Directly means that they can see each other's IP address.</span>
        </label>
      </div>
    `
  }

  #places(): unknown {
    const { places } = this.network
    if (places.length < 3) return nothing
    return html`
      <fieldset>
        <legend>Countries that may hold a copy</legend>
        ${places.map(
          ({ jurisdiction }) =>
            html`<label>
              <input type="checkbox" name="place" value=${jurisdiction} checked />
              ${countryName(jurisdiction)}
            </label>`,
        )}
      </fieldset>
    `
  }

  #submit(event: SubmitEvent): void {
    event.preventDefault()
    if (!(event.target instanceof HTMLFormElement)) return
    const form = new FormData(event.target)
    const text = (name: string): string => textOf(form, name)
    const copies = Number(text('copies'))
    const peers = text('peers')
    const options: SendOptions = {
      password: text('password') === '' ? undefined : text('password'),
      lifeMs: Number(text('days')) * DAY_MS,
      replicas: copies,
      jurisdictions: Math.min(copies, 2),
      denied: this.#denied(form.getAll('place').map(String)),
      peers: peers === 'relayed' || peers === 'forbidden' ? peers : 'direct',
    }
    this.dispatchEvent(new SendEvent(options))
  }

  #denied(allowed: readonly string[]): string[] {
    const { places } = this.network
    if (places.length < 3) return []
    const codes = places.map(({ jurisdiction }) => jurisdiction)
    return codes.filter((code) => !allowed.includes(code)).toSorted()
  }

  #clear(): void {
    this.dispatchEvent(new Event('clear-files', { bubbles: true, composed: true }))
  }
}

customElements.define('send-form', SendForm)

declare global {
  interface HTMLElementTagNameMap {
    'send-form': SendForm
  }
}

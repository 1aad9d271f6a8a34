import { html, LitElement, nothing } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import type { PickedFile, SendOptions } from '../worker/messages.ts'
import type { NetworkSnapshot } from '../worker/snapshot.ts'
import { formatBytes, formatCount } from '../words.ts'
import { countryName } from './country.ts'
import { type FolderItem, itemsOf, type Sized } from './folder-items.ts'
import { icon } from './icon.ts'
import {
  copyChoices,
  countriesOf,
  defaultOptions,
  livesOf,
  obstacleOf,
  optionsOf,
  peerChoices,
  summaryOf,
} from './send-options.ts'
import { type SecretField, secretField, secretFieldStyles } from './secret-field.ts'
import { sendFormStyles } from './send-form-styles.ts'
import { sharedStyles } from './shared-styles.ts'

const SHOWN_MAX = 6

/** A field with a few values to choose from. */
type Choice = Readonly<{
  name: string
  label: string
  choices: readonly Readonly<{ value: number | string; words: string }>[]
  chosen: number | string
  note: string
}>

/** Carries what the sender chose. */
export class SendEvent extends Event {
  readonly options: SendOptions

  constructor(options: SendOptions) {
    super('send-files', { bubbles: true, composed: true })
    this.options = options
  }
}

/** Carries a file, or a folder with all in it, that is not to be sent after all. */
export class RemoveFilesEvent extends Event {
  /** A folder's ends in `/`. */
  readonly path: string

  constructor(path: string) {
    super('remove-files', { bubbles: true, composed: true })
    this.path = path
  }
}

/**
 * The files about to be sent, and how: password, time, places.
 *
 * @fires send-files - The person pressed Send.
 * @fires remove-files - Some of them are not to be sent.
 * @fires clear-files - The person wants to start over.
 */
export class SendForm extends LitElement {
  static override properties = {
    files: { attribute: false },
    network: { attribute: false },
    isBusy: { type: Boolean },
    options: { state: true },
    denied: { state: true },
    shown: { state: true },
  }
  declare files: readonly PickedFile[]
  declare network: NetworkSnapshot
  /** They are on their way: nothing can be changed any more. */
  declare isBusy: boolean
  /** As the fields stand now; undefined while they are as they came. */
  declare options: SendOptions | undefined
  /** Countries that the person unticked. */
  declare denied: ReadonlySet<string>
  /** The secret that can be read just now. */
  declare shown: 'password' | 'access' | undefined

  static override styles = [sharedStyles, secretFieldStyles, sendFormStyles]

  constructor() {
    super()
    this.isBusy = false
    this.options = undefined
    this.denied = new Set()
    this.shown = undefined
  }

  override render(): unknown {
    const sized = this.files.map(({ path, size }) => ({ path, sizeBytes: size }))
    const bytes = sized.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
    const fileCount = this.files.filter(({ file }) => file !== undefined).length
    const options = this.options ?? defaultOptions(this.network)
    return html`
      <form class="card stack" @submit=${this.#submit} @input=${this.#read}>
        <div class="row">
          <h2 class="grow numbers" tabindex="-1">
            ${formatCount(fileCount, 'file')}, ${formatBytes(bytes)}
          </h2>
          <button type="button" class="plain" ?disabled=${this.isBusy} @click=${this.#clear}>
            Start over
          </button>
        </div>
        ${this.#list(sized)} ${this.network.access === 'needed' ? this.#access() : nothing}
        <details>
          <summary>
            ${icon('chevron')} Options
            <span class="choices small soft">${summaryOf(options, this.network)}</span>
          </summary>
          ${this.#fields()} ${this.#places()}
        </details>
        ${this.#end(bytes, obstacleOf(options, this.network))}
      </form>
    `
  }

  /** Puts the focus on what is about to be sent, once that is drawn. */
  override focus(): void {
    void this.updateComplete.then(() => this.renderRoot.querySelector('h2')?.focus())
  }

  #list(sized: readonly Sized[]): unknown {
    const items = itemsOf(sized, '')
    const more = items.length - SHOWN_MAX
    return html`<ul>
      ${items.slice(0, SHOWN_MAX).map((item) => this.#item(item))}
      ${more > 0 ? html`<li class="more soft small">and ${formatCount(more, 'more item')}</li>` : nothing}
    </ul>`
  }

  #item({ kind, name, path, fileCount, sizeBytes }: FolderItem): unknown {
    const size = formatBytes(sizeBytes)
    const remove = (): void => {
      this.dispatchEvent(new RemoveFilesEvent(path))
      this.focus()
    }
    return html`<li>
      ${icon(kind)} <bdi>${name}</bdi>
      <span class="soft small numbers">
        ${kind === 'folder' ? `${formatCount(fileCount, 'file')}, ${size}` : size}
      </span>
      <button
        type="button"
        class="plain"
        aria-label=${`Leave out ${name}`}
        ?disabled=${this.isBusy}
        @click=${remove}
      >
        ${icon('close')}
      </button>
    </li>`
  }

  #fields(): unknown {
    return html`
      <div class="fields">
        ${this.#secret({
          name: 'password',
          label: 'Password',
          note: 'Optional. Tell it by another way than the link. Nobody can recover it.',
          autocomplete: 'new-password',
        })}
        ${this.#choice({
          name: 'life',
          label: 'Keep it for',
          choices: livesOf(this.network).map(({ lifeMs, words }) => ({ value: lifeMs, words })),
          chosen: defaultOptions(this.network).lifeMs,
          note: 'After that the seeds delete it.',
        })}
        ${this.#choice({
          name: 'copies',
          label: 'Copies',
          choices: copyChoices,
          chosen: defaultOptions(this.network).replicas,
          note: 'Each is kept by somebody else.',
        })}
        ${this.#choice({
          name: 'peers',
          label: 'People with the link',
          choices: peerChoices,
          chosen: 'direct',
          note: "Helping makes it faster. Directly, they can see each other's IP address.",
        })}
      </div>
    `
  }

  #access(): unknown {
    return this.#secret({
      name: 'access',
      label: 'Access code',
      note: 'Only who has one can send here. Whoever runs this network gives it out; this browser keeps it.',
      isRequired: true,
    })
  }

  #secret(
    field: Omit<SecretField, 'isShown' | 'toggle'> & { name: 'password' | 'access' },
  ): unknown {
    const isShown = this.shown === field.name
    const toggle = (): void => {
      this.shown = isShown ? undefined : field.name
    }
    return secretField({ ...field, isShown, toggle })
  }

  #choice({ name, label, choices, chosen, note }: Choice): unknown {
    return html`<div class="field">
      <label for=${name}>${label}</label>
      <select id=${name} name=${name} aria-describedby=${`${name}-note`}>
        ${choices.map(
          ({ value, words }) =>
            html`<option value=${value} ?selected=${value === chosen}>${words}</option>`,
        )}
      </select>
      <p class="small soft" id=${`${name}-note`}>${note}</p>
    </div>`
  }

  #places(): unknown {
    const countries = countriesOf(this.network.places, this.denied)
    if (countries.length === 0) return nothing
    return html`
      <fieldset>
        <legend>Countries that may hold a copy</legend>
        ${repeat(
          countries,
          (code) => code,
          (code) => this.#place(code),
        )}
      </fieldset>
    `
  }

  #place(code: string): unknown {
    const choose = (): void => {
      const denied = new Set(this.denied)
      if (!denied.delete(code)) denied.add(code)
      this.denied = denied
    }
    return html`<label>
      <input type="checkbox" .checked=${!this.denied.has(code)} @input=${choose} />
      ${countryName(code)}
    </label>`
  }

  #end(bytes: number, obstacle: string | undefined): unknown {
    const { state, shareBytesMax, places } = this.network
    const isKnown = places.length > 0
    const isTooLarge = bytes > shareBytesMax
    const large = `This network takes at most ${formatBytes(shareBytesMax)} at once. Leave something out.`
    const reason = isTooLarge ? large : obstacle
    return html`
      ${isKnown && reason !== undefined ? html`<p class="obstacle" role="alert">${reason}</p>` : nothing}
      <div class="send row">
        <button class="primary large" ?disabled=${this.isBusy || !isKnown || reason !== undefined}>
          ${icon('lock')} ${this.isBusy ? 'Making the link…' : 'Encrypt and send'}
        </button>
        <span class="soft small" role="status"
          >${isKnown ? 'You get the link at once.' : waitWords(state)}</span
        >
      </div>
    `
  }

  #read(event: InputEvent): void {
    const form = event.currentTarget
    if (form instanceof HTMLFormElement) this.options = optionsOf(new FormData(form), this.denied)
  }

  #submit(event: SubmitEvent): void {
    event.preventDefault()
    if (this.isBusy || !(event.target instanceof HTMLFormElement)) return
    this.dispatchEvent(new SendEvent(optionsOf(new FormData(event.target), this.denied)))
  }

  #clear(): void {
    this.dispatchEvent(new Event('clear-files', { bubbles: true, composed: true }))
  }
}

function waitWords(state: NetworkSnapshot['state']): string {
  return state === 'offline'
    ? 'The network does not answer. You can send as soon as it does; your files stay chosen.'
    : 'Looking for seeds…'
}

customElements.define('send-form', SendForm)

declare global {
  interface HTMLElementTagNameMap {
    'send-form': SendForm
  }
}

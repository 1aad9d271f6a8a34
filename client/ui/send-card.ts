import { css, html, LitElement, nothing } from 'lit'
import type { SendPhase, SendSnapshot } from '../worker/snapshot.ts'
import { formatBytes, formatCount } from '../words.ts'
import './custody-panel.ts'
import './durability-frontier.ts'
import { icon } from './icon.ts'
import { keepFocus } from './keep-focus.ts'
import './link-box.ts'
import './problem-note.ts'
import { sendVerdict } from './send-words.ts'
import { sharedStyles } from './shared-styles.ts'
import './spoken-words.ts'
import './swarm-panel.ts'
import './verdict-note.ts'
import { formatDay, spokenVerdict } from './when-words.ts'

export type SendAction = 'pause' | 'continue' | 'stop' | 'dismiss'

/** Carries what the person wants of a running share. The parent decides what that means. */
export class SendActionEvent extends Event {
  readonly action: SendAction

  constructor(action: SendAction) {
    super('send-action', { bubbles: true, composed: true })
    this.action = action
  }
}

const buttons = {
  preparing: [['stop', 'Stop']],
  sending: [
    ['pause', 'Pause'],
    ['stop', 'Stop'],
  ],
  paused: [
    ['continue', 'Continue'],
    ['stop', 'Stop'],
  ],
  deleting: [],
  stopped: [['dismiss', 'Remove from this list']],
  undeleted: [
    ['stop', 'Try again'],
    ['dismiss', 'Remove from this list'],
  ],
  failed: [['dismiss', 'Remove from this list']],
  stored: [],
} as const satisfies Record<SendSnapshot['phase'], readonly (readonly [SendAction, string])[]>

/** Nothing more of it is sent, and what was sent is not to stay. */
const stopped: ReadonlySet<SendPhase> = new Set(['deleting', 'stopped', 'undeleted'])

/**
 * One share on its way: its link, how far it is safe, and whether the page may be closed.
 *
 * @fires send-action - Pause, continue, stop or dismiss.
 */
export class SendCard extends LitElement {
  static override properties = {
    send: { attribute: false },
    othersNeedPage: { type: Boolean },
  }
  declare send: SendSnapshot
  /** Another share of this page is not yet safe, so the page must stay although this one is. */
  declare othersNeedPage: boolean

  static override styles = [
    sharedStyles,
    css`
      header {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--gap-1);
      }
      .link {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--gap-2);
      }
      .later {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--gap-1);
      }
      .owner {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--gap-3);
        padding-block: var(--gap-1) var(--gap-3);
      }
    `,
  ]

  constructor() {
    super()
    this.othersNeedPage = false
    keepFocus(this, () => this.renderRoot.querySelector('h2'))
  }

  override render(): unknown {
    const { title, problem } = this.send
    return html`
      <article class="card stack" aria-labelledby="title">
        <header>
          <h2 id="title" tabindex="-1"><bdi>${title}</bdi></h2>
          <p class="soft small numbers">${this.#facts()}</p>
        </header>
        ${this.#link()}
        ${problem === undefined ? this.#verdict() : html`<problem-note .problem=${problem}></problem-note>`}
        ${problem === undefined ? nothing : html`<div class="row">${this.#stop()}${this.#buttons()}</div>`}
        ${this.#swarm()} ${this.#later()}
      </article>
    `
  }

  /** Puts the focus on the share's name, once that is drawn. */
  override focus(): void {
    void this.updateComplete.then(() => this.renderRoot.querySelector('h2')?.focus())
  }

  #facts(): string {
    const { title, fileCount, frontier, policy, expiresAtMs } = this.send
    const count = formatCount(fileCount, 'file')
    const facts = [formatBytes(frontier.totalBytes), policy, `until ${formatDay(expiresAtMs)}`]
    // A share of many files is called by their number.
    return (title === count ? facts : [count, ...facts]).join(' · ')
  }

  #link(): unknown {
    const { link, phase, canClose } = this.send
    if (link === undefined || stopped.has(phase)) return nothing
    const plain = 'Whoever has this link can open the files, so send it only to them.'
    const early = `${plain} It works already: what is on its way arrives as you send it.`
    const words = phase === 'failed' ? 'Perhaps not all of the files are under this link.' : early
    return html`<div class="link">
      <link-box .link=${link} label="Link to share"></link-box>
      <p class="soft small">${canClose ? plain : words}</p>
    </div>`
  }

  #verdict(): unknown {
    const { phase, frontier, canClose, note = '' } = this.send
    const verdict = sendVerdict(this.send, this.othersNeedPage)
    const bar = html`<durability-frontier .frontier=${frontier}></durability-frontier>`
    return html`<verdict-note .verdict=${verdict}>
        <div slot="actions" class="row">${this.#buttons()}</div>
        ${stopped.has(phase) || phase === 'preparing' || canClose ? nothing : bar}
      </verdict-note>
      <spoken-words
        .moment=${`${phase} ${canClose} ${note.replaceAll(/\d+/g, '')}`}
        .words=${spokenVerdict(verdict)}
      ></spoken-words>`
  }

  #swarm(): unknown {
    const { swarm, shareId, phase } = this.send
    // Nothing is given of one that failed, until it is gone on with.
    if (swarm === undefined || stopped.has(phase) || phase === 'failed') return nothing
    return html`<swarm-panel .swarm=${swarm} .shareId=${shareId}></swarm-panel>`
  }

  #buttons(): unknown {
    return buttons[this.send.phase].map(([action, words]) => this.#button(action, words))
  }

  /** What can be gone on with can be given up as well. */
  #stop(): unknown {
    const { phase, problem } = this.send
    return phase === 'failed' && problem?.canRetry === true ? this.#button('stop', 'Stop') : nothing
  }

  #button(action: SendAction, words: string): unknown {
    return html`<button @click=${() => this.dispatchEvent(new SendActionEvent(action))}>
      ${words}
    </button>`
  }

  /** What can wait: who keeps it, and the link that deletes it. */
  #later(): unknown {
    const { custody, ownerLink, phase } = this.send
    const hasOwner = ownerLink !== undefined
    if (phase === 'stopped' || (custody.length === 0 && !hasOwner)) return nothing
    return html`<div class="later">
      <custody-panel .custody=${custody}></custody-panel>
      ${hasOwner ? this.#owner(ownerLink) : nothing}
    </div>`
  }

  #owner(link: string): unknown {
    return html`<details>
      <summary>${icon('chevron')} Delete or extend it later</summary>
      <div class="owner">
        <p class="small soft">
          This second link deletes or extends the share. Keep it to yourself, where you keep
          passwords: nobody can give it to you again.
        </p>
        <link-box .link=${link} label="Owner link, keep it secret" quiet></link-box>
      </div>
    </details>`
  }
}

customElements.define('send-card', SendCard)

declare global {
  interface HTMLElementTagNameMap {
    'send-card': SendCard
  }
}

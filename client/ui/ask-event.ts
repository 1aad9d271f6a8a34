import type { PageMessage } from '../worker/messages.ts'

/** Carries what the page asks of the worker. */
export class AskEvent extends Event {
  readonly message: PageMessage

  constructor(message: PageMessage) {
    super('ask-worker', { bubbles: true, composed: true })
    this.message = message
  }
}

declare global {
  interface HTMLElementEventMap {
    'ask-worker': AskEvent
  }
}

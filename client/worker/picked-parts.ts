import type { PickedFile } from './messages.ts'
import type { SendMessage } from './send-desk.ts'

/** Picked files that came ahead of the message that says what they are for. */
export class PickedParts {
  #ahead: readonly PickedFile[] = []

  add(files: readonly PickedFile[]): void {
    this.#ahead = [...this.#ahead, ...files]
  }

  /** The message with all its files. */
  join(message: SendMessage): SendMessage {
    if (message.type !== 'send' && message.type !== 'resume') return message
    const files = [...this.#ahead, ...message.files]
    this.#ahead = []
    return { ...message, files }
  }
}

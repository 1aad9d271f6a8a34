import type { PageMessage } from './messages.ts'
import { PeerChoice } from './peer-choice.ts'

export type ChoiceMessage = Extract<PageMessage, { type: 'peer-mode' | 'giving' | 'giving-cap' }>

/** Others with the link that this page was opened with, and what the person chose about them. */
export class RecipientSwarm {
  readonly #choice = PeerChoice.load()
  readonly #changed: () => void

  constructor(changed: () => void) {
    this.#changed = changed
  }

  async take(message: ChoiceMessage): Promise<void> {
    const choice = await this.#choice
    switch (message.type) {
      case 'peer-mode':
        await choice.keepMode(message.mode)
        break
      case 'giving':
        await choice.keepGiving(message.isOn)
        break
      case 'giving-cap':
        await choice.keepDailyBytesMax(message.bytes)
    }
    this.#changed()
  }
}

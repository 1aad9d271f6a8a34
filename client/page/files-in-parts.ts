import type { PageMessage, PickedFile } from '../worker/messages.ts'
import { pause } from './pause.ts'

type Tell = (message: PageMessage) => void
type WithFiles = Extract<PageMessage, { type: 'send' | 'resume' }>

/** Handing on a file asks the disk about it: a hundred are some milliseconds. */
const PART_FILES = 100

/**
 * Tells the worker of picked files a part at a time: thousands in one message would hold the page up for a second.
 * One message after the other, because the worker takes all parts for those of the next one.
 */
export class FilesInParts {
  readonly #tell: Tell
  #turn: Promise<void> = Promise.resolve()

  constructor(tell: Tell) {
    this.#tell = tell
  }

  tell(message: WithFiles): void {
    this.#turn = this.#turn.then(() => this.#tellParts(message))
  }

  async #tellParts({ files, ...message }: WithFiles): Promise<void> {
    let rest: readonly PickedFile[] = files
    for (; rest.length > PART_FILES; rest = rest.slice(PART_FILES)) {
      this.#tell({ type: 'files', files: rest.slice(0, PART_FILES) })
      await pause()
    }
    this.#tell({ ...message, files: rest })
  }
}

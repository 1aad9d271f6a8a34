import type { SaveTarget } from '../worker/messages.ts'

/** Carries how a recipient wants the files. For a folder on their disk, the page asks the browser first. */
export class SaveEvent extends Event {
  readonly wanted: SaveTarget | 'folder'

  constructor(wanted: SaveTarget | 'folder') {
    super('save-files', { bubbles: true, composed: true })
    this.wanted = wanted
  }
}

import { nodeFiles, type StoreFiles } from '../../../seed/store/store-files.ts'

/** The real disk, which can be stopped before it opens another file. */
export class SlowFiles {
  readonly files: StoreFiles = {
    ...nodeFiles,
    open: async (path, mode) => {
      this.#asked.resolve()
      await this.#gate.promise
      return nodeFiles.open(path, mode)
    },
  }
  #asked = Promise.withResolvers<void>()
  #gate = Promise.withResolvers<void>()

  constructor() {
    this.goOn()
  }

  /** @returns `asked` resolves once a file is waited for. */
  stop(): { asked: Promise<void> } {
    this.#gate = Promise.withResolvers()
    this.#asked = Promise.withResolvers()
    return { asked: this.#asked.promise }
  }

  goOn(): void {
    this.#gate.resolve()
  }
}

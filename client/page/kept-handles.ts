import type { WorkerMessage } from '../worker/messages.ts'

/** Files that the browser kept of unfinished shares. Once it was closed, it asks the person whether they may be read. */
export class KeptHandles {
  readonly #byShare = new Map<string, readonly FileSystemFileHandle[]>()

  keep({ shareId, handles }: Extract<WorkerMessage, { type: 'handles' }>): void {
    this.#byShare.set(shareId, handles)
  }

  /** Has the browser ask; it does so only while a click is being handled. A refusal shows when they are read. */
  async ask(shareId: string): Promise<void> {
    const handles = this.#byShare.get(shareId) ?? []
    // All at once: a click counts for a few seconds, and an answer takes longer.
    await Promise.all(handles.map(askFor))
  }
}

async function askFor(handle: FileSystemFileHandle): Promise<void> {
  await handle.requestPermission?.({ mode: 'read' }).catch(() => undefined)
}

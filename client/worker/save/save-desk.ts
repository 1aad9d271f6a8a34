import type { ShareContent } from '../../engine/receive/share-content.ts'
import type { ChunkKeeper } from '../chunk-keeper.ts'
import type { PageMessage, SaveTarget } from '../messages.ts'
import type { SaveSnapshot } from '../snapshot.ts'
import { StoreSource } from '../store-source.ts'
import { PageSave, type Announcement } from './page-save.ts'

export type SaveDeskStart = Readonly<{
  content: ShareContent
  /** Safe on every system, one an entry. */
  paths: readonly string[]
  /** What the share is called. */
  title: string
  keeper: ChunkKeeper | undefined
  changed: () => void
  /** A save is ready for the browser to pull. */
  announce: (saveId: string, announcement: Announcement) => void
}>

type SaveMessage = Extract<PageMessage, { type: 'save' }>

/** All saves of one share, and the chunks that are kept for them. */
export class SaveDesk {
  readonly #start: SaveDeskStart
  readonly #saves = new Map<string, PageSave>()
  #store: Promise<StoreSource | undefined> | undefined

  constructor(start: SaveDeskStart) {
    this.#start = start
  }

  get snapshots(): readonly SaveSnapshot[] {
    return [...this.#saves.values()].map((save) => save.snapshot)
  }

  get isBusy(): boolean {
    return [...this.#saves.values()].some(({ isRunning }) => isRunning)
  }

  async save({ saveId, target }: SaveMessage): Promise<void> {
    const { content, paths, title, changed } = this.#start
    const name = target.kind === 'file' ? (paths[target.entry] ?? '') : title
    const save = new PageSave({ saveId, content, paths, title: name, changed })
    this.#saves.set(saveId, save)
    changed()
    const store = await this.#openStore()
    if (!save.isRunning) return
    if (target.kind === 'folder') void save.intoFolder(target.directory, store)
    else this.#start.announce(saveId, save.begin(target, store))
    await save.ended
    if (save.isDone && this.#isWhole(target) && !this.isBusy) await this.#forget()
  }

  serve(saveId: string, port: MessagePort): void {
    this.#saves.get(saveId)?.serve(port)
  }

  cancel(saveId: string): void {
    this.#saves.get(saveId)?.cancel()
  }

  /** Measures: called a few times a second. */
  tick(): void {
    for (const save of this.#saves.values()) save.tick()
  }

  stop(): void {
    for (const save of this.#saves.values()) save.cancel()
  }

  #openStore(): Promise<StoreSource | undefined> {
    const { keeper, content } = this.#start
    const { session, layout } = content
    // Without it everything is fetched anew: no reason to save nothing.
    const open = (from: ChunkKeeper): Promise<StoreSource | undefined> =>
      StoreSource.open(from, session, layout.chunkCount).catch(() => undefined)
    this.#store ??= keeper === undefined ? Promise.resolve(undefined) : open(keeper)
    return this.#store
  }

  #isWhole(target: SaveTarget): boolean {
    if (target.kind === 'folder') return true
    const count = this.#start.paths.length
    return target.kind === 'file' ? count === 1 : (target.entries?.length ?? count) === count
  }

  /** What is saved whole is where the person wanted it: a second copy in the browser helps nobody. */
  async #forget(): Promise<void> {
    const store = await this.#store
    this.#store = undefined
    store?.forget()
  }
}

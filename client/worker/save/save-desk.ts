import type { ShareContent } from '../../engine/receive/share-content.ts'
import type { ChunkKeeper } from '../chunk-keeper.ts'
import type { DownloadFault, PageMessage } from '../messages.ts'
import { downloadFault } from '../receiving-words.ts'
import type { RecipientSwarm } from '../recipient-swarm.ts'
import type { SaveSnapshot } from '../snapshot.ts'
import { StoreSource } from '../store-source.ts'
import { PageSave, type Announcement } from './page-save.ts'
import { scopeOf } from './save-scope.ts'

export type SaveDeskStart = Readonly<{
  content: ShareContent
  /** Safe on every system, one an entry. */
  paths: readonly string[]
  /** What the share is called. */
  title: string
  keeper: ChunkKeeper | undefined
  /** Others, who can get from here what is kept. */
  swarm: Pick<
    RecipientSwarm,
    | 'count'
    | 'mayHelp'
    | 'isMet'
    | 'kept'
    | 'unkept'
    | 'open'
    | 'dropped'
    | 'isKeeping'
    | 'rest'
    | 'seek'
  >
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
  /** All of it is where the person wanted it. */
  #isSpare = false

  constructor(start: SaveDeskStart) {
    this.#start = start
  }

  get snapshots(): readonly SaveSnapshot[] {
    return [...this.#saves.values()].map((save) => save.snapshot)
  }

  /** What sets the pace, as far as saving does. */
  get isSavingSlow(): boolean {
    return [...this.#saves.values()].some((save) => save.isSavingSlow)
  }

  /** A save waits for what no seed brings. */
  get isLacking(): boolean {
    return [...this.#saves.values()].some((save) => save.isLacking)
  }

  /** None of the saves could go on faster than the sender uploads. */
  get awaitsSender(): boolean {
    return [...this.#saves.values()].every((save) => save.awaitsSender)
  }

  get isBusy(): boolean {
    return [...this.#saves.values()].some(({ isRunning }) => isRunning)
  }

  async save({ saveId, target }: SaveMessage): Promise<void> {
    const { content, paths, title, swarm, changed } = this.#start
    const scope = scopeOf(target, { index: content.layout.index, paths, title })
    const count = swarm.count.bind(swarm)
    const { mayHelp, isMet } = swarm
    const save = new PageSave({ saveId, content, paths, scope, mayHelp, isMet, changed, count })
    this.#saves.set(saveId, save)
    swarm.seek()
    changed()
    const store = await this.#openStore()
    if (!save.isRunning) return
    if (target.kind === 'folder') void save.intoFolder(target.directory, store)
    else this.#announce(saveId, save.begin(target, store))
    await save.ended
    this.#isSpare = save.isDone && scope.entries.length === paths.length
    if (this.#isSpare && !this.isBusy) swarm.rest(content.layout.chunkCount)
    this.#forgetSpare()
  }

  serve(saveId: string, port: MessagePort): void {
    this.#saves.get(saveId)?.serve(port)
  }

  cancel(saveId: string): void {
    this.#saves.get(saveId)?.cancel()
  }

  /** The browser does not take it, or no more of it. */
  refuse(saveId: string, fault: DownloadFault): void {
    this.#saves.get(saveId)?.fail(downloadFault(fault))
  }

  /** Measures: called a few times a second. */
  tick(): void {
    for (const save of this.#saves.values()) save.tick()
    this.#forgetSpare()
  }

  stop(): void {
    for (const save of this.#saves.values()) save.cancel()
  }

  #announce(saveId: string, announcement: Announcement | undefined): void {
    // One that could not begin says so itself.
    if (announcement !== undefined) this.#start.announce(saveId, announcement)
  }

  #openStore(): Promise<StoreSource | undefined> {
    const { keeper } = this.#start
    // Without it everything is fetched anew: no reason to save nothing.
    this.#store ??= keeper && this.#open(keeper).catch(() => undefined)
    return this.#store ?? Promise.resolve(undefined)
  }

  async #open(keeper: ChunkKeeper): Promise<StoreSource> {
    const { content, swarm } = this.#start
    const { session, layout } = content
    const { chunkCount } = layout
    const store = await StoreSource.open(keeper, session, {
      chunkCount,
      told: (index, isKept) => (isKept ? swarm.kept(index) : swarm.unkept(index)),
    })
    swarm.open(store)
    return store
  }

  /** A second copy in the browser helps nobody but others. */
  #forgetSpare(): void {
    if (!this.#isSpare || this.isBusy || this.#start.swarm.isKeeping) return
    const store = this.#store
    this.#store = undefined
    void store?.then((open) => open && this.#start.swarm.dropped(open.forget()))
  }
}

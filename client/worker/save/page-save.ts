import { TransferError } from '../../../protocol/errors.ts'
import {
  FETCH_WINDOW_CHUNKS,
  PAGE_NEAR_CHUNKS,
  PAGE_WINDOW_CHUNKS,
} from '../../../protocol/limits.ts'
import { Download, type DownloadOptions } from '../../engine/receive/download.ts'
import type { ShareContent } from '../../engine/receive/share-content.ts'
import type { ChunkSource } from '../../engine/receive/share-source.ts'
import type { SaveTarget } from '../messages.ts'
import { problemOf } from '../problem.ts'
import { downloadFault, receivingWords } from '../receiving-words.ts'
import { RateMeter } from '../rate-meter.ts'
import type { SaveSnapshot } from '../snapshot.ts'
import type { StoreSource } from '../store-source.ts'
import { waitText } from '../wait-text.ts'
import { entryParts } from './entry-parts.ts'
import { FolderSink } from './folder-sink.ts'
import { OrderedSink } from './ordered-sink.ts'
import { holdLast, servePulls } from './pull-port.ts'
import type { SaveScope } from './save-scope.ts'
import { zipBytes, zipStream } from './zip-parts.ts'

export type SaveStart = Readonly<{
  saveId: string
  content: ShareContent
  /** Safe on every system, one an entry. */
  paths: readonly string[]
  scope: SaveScope
  changed: () => void
  /** Others may be there: then all do not ask for the same chunks of the window at the same time. */
  mayHelp: boolean
  /** They are, or are looked for. */
  isMet: boolean
  /** Told what each source brought. */
  count: (source: ChunkSource, bytes: number) => void
}>

/** What the browser's download will be called, and how long it is. */
export type Announcement = Readonly<{ name: string; bytes: number }>

/** A save that goes through the browser's downloads. */
type DownloadTarget = Extract<SaveTarget, { kind: 'file' | 'zip' }>
/** Its bytes, as they are made. */
type Parts = Announcement & Readonly<{ source: AsyncIterable<Uint8Array> }>

const BEHIND_TICKS = 8
/** In a crowd the next chunk may come late: what others have meanwhile is fetched all the same, and kept. */
const KEPT_AHEAD = { windowChunks: FETCH_WINDOW_CHUNKS, nearChunks: PAGE_NEAR_CHUNKS }
const lacking: ReadonlySet<string> = new Set(['no-source', 'unreachable', 'dishonest', 'not-there'])

/** One save: a download into a file, a zip or a folder. */
export class PageSave {
  readonly #start: SaveStart
  readonly #stop = new AbortController()
  readonly #rate = new RateMeter()
  readonly #ended = Promise.withResolvers<void>()
  /** The browser has all of a download: what is still in the service worker would be lost with this page. */
  readonly #taken = Promise.withResolvers<void>()
  #download: Download | undefined
  #parts: AsyncGenerator<Uint8Array, void> | undefined
  #phase: SaveSnapshot['phase'] = 'starting'
  #failure: unknown
  #isBehind = (): boolean => false
  /** Ticks at which saving was behind, less those at which it was not. */
  #behindCount = 0

  constructor(start: SaveStart) {
    this.#start = start
  }

  get isRunning(): boolean {
    return this.#phase === 'starting' || this.#phase === 'saving' || this.#phase === 'waiting'
  }

  /** Resolves when it is over, well or not. */
  get ended(): Promise<void> {
    return this.#ended.promise
  }

  /** It waits for what nobody brings. */
  get isLacking(): boolean {
    return this.isRunning && lacking.has(this.#download?.wait?.reason ?? '')
  }

  /** What has come waits for the disk, or for the browser's download, most of the time. */
  get isSavingSlow(): boolean {
    return this.isRunning && this.#behindCount > BEHIND_TICKS / 2
  }

  /** The rest comes as fast as the sender uploads it. */
  get awaitsSender(): boolean {
    return !this.isRunning || this.#download?.awaitsSender === true
  }

  get isDone(): boolean {
    return this.#phase === 'done'
  }

  get snapshot(): SaveSnapshot {
    const checkedBytes = this.#download?.checkedBytes ?? 0
    const note = this.isRunning ? waitText(this.#download?.wait) : undefined
    const isWaiting = this.#phase === 'saving' && note !== undefined
    const { saveId, scope } = this.#start
    return {
      saveId,
      title: scope.title,
      phase: isWaiting ? 'waiting' : this.#phase,
      checkedBytes,
      totalBytes: scope.totalBytes,
      bytesPerSecond: this.#rate.bytesPerSecond,
      secondsLeft: this.#rate.secondsFor(scope.totalBytes - checkedBytes),
      note,
      problem: this.#failure === undefined ? undefined : problemOf(this.#failure, receivingWords),
    }
  }

  /** Measures: called a few times a second while it runs. */
  tick(): void {
    if (!this.isRunning) return
    this.#rate.count(this.#download?.checkedBytes ?? 0, performance.now())
    const step = this.#isBehind() ? 1 : -1
    this.#behindCount = Math.min(BEHIND_TICKS, Math.max(0, this.#behindCount + step))
  }

  /**
   * Prepares a file or zip; it is fetched as the browser pulls.
   *
   * @returns undefined if there is nothing to pull: it has failed.
   */
  begin(target: DownloadTarget, store: StoreSource | undefined): Announcement | undefined {
    try {
      return this.#begin(target, store)
    } catch (cause) {
      this.fail(cause)
      return undefined
    }
  }

  /** The service worker is there and pulls. */
  serve(port: MessagePort): void {
    if (this.#parts === undefined) return
    servePulls(port, this.#parts, {
      cancelled: () => this.fail(downloadFault('ended')),
      taken: this.#taken.resolve,
      failed: (cause) => this.fail(cause),
    })
  }

  async intoFolder(
    directory: FileSystemDirectoryHandle,
    store: StoreSource | undefined,
  ): Promise<void> {
    const { content, paths } = this.#start
    try {
      const stop = this.#stop.signal
      const sink = await FolderSink.open(content.layout, directory, { paths, stop })
      this.#isBehind = () => sink.isBehind
      const fetched = this.#fetch({ content, sink, ...keptBy(store) })
      await this.#finishAfter(fetched)
      await fetched.catch(() => sink.abort())
    } catch (cause) {
      this.fail(cause)
    }
  }

  cancel(): void {
    if (!this.isRunning) return
    this.#phase = 'stopped'
    this.#stop.abort(new TransferError('STOPPED', 'Stopped.'))
    this.#end()
  }

  /** Nothing more comes of it. */
  fail(cause: unknown): void {
    // What ended it first is the reason.
    if (!this.isRunning) return
    // A mistake of ours. Its text may name files, so it goes to the person's own console only.
    if (!(cause instanceof TransferError)) console.error(cause)
    this.#phase = 'failed'
    this.#failure = cause
    // Whoever waits for the next part must not wait for ever.
    this.#stop.abort(cause)
    this.#end()
  }

  #begin(target: DownloadTarget, store: StoreSource | undefined): Announcement {
    const { content, scope } = this.#start
    const sink = new OrderedSink(content.layout.chunkCount, this.#stop.signal)
    const { source, name, bytes } = this.#partsOf(target, sink)
    this.#isBehind = () => sink.isBehind
    const entries = new Set(scope.entries)
    const sizes = this.#start.isMet && store !== undefined ? KEPT_AHEAD : {}
    const fetched = this.#fetch({ content, sink, entries, ...keptBy(store), ...sizes })
    const complete = async (): Promise<void> => {
      sink.finish()
      await fetched
    }
    void this.#finishAfter(fetched, this.#taken.promise)
    this.#parts = holdLast(source, complete)
    return { name, bytes }
  }

  #partsOf(target: DownloadTarget, sink: OrderedSink): Parts {
    const { content, paths, scope } = this.#start
    const { layout } = content
    if (target.kind === 'file') {
      const name = paths[target.entry]?.split('/').at(-1) ?? 'file'
      const source = entryParts(layout, sink, target.entry)
      return { name, bytes: scope.totalBytes, source }
    }
    const zip = scope.entries.map((entry) => ({ entry, path: paths[entry] ?? '' }))
    const bytes = zipBytes(layout, zip)
    return { name: scope.title, bytes, source: zipStream(layout, sink, zip) }
  }

  /** Resolves once all is verified, and handed over or written. */
  async #fetch(options: DownloadOptions): Promise<void> {
    const { count, mayHelp } = this.#start
    const order = mayHelp ? { random: Math.random } : {}
    const windowChunks = PAGE_WINDOW_CHUNKS
    const download = new Download({ windowChunks, ...options, count, ...order })
    this.#download = download
    this.#phase = 'saving'
    this.#start.changed()
    try {
      await download.run(this.#stop.signal)
    } catch (cause) {
      this.fail(cause)
      throw cause
    }
  }

  async #finishAfter(...steps: readonly Promise<void>[]): Promise<void> {
    try {
      await Promise.all(steps)
    } catch {
      // Said where it failed.
      return
    }
    if (!this.isRunning) return
    this.#phase = 'done'
    this.#end()
  }

  #end(): void {
    this.#ended.resolve()
    this.#start.changed()
  }
}

/** Chunks kept from before are a source like any other, and what comes is kept for the next time. */
function keptBy(store: StoreSource | undefined): Pick<DownloadOptions, 'sources' | 'keep'> {
  if (store === undefined) return {}
  return { sources: [store], keep: (chunk, sealed) => store.keep(chunk, sealed) }
}

import { statfs } from 'node:fs/promises'
import { join } from 'node:path'
import type { Bytes } from '../../protocol/bytes.ts'
import { assert, TransferError } from '../../protocol/errors.ts'
import { WRITES_MAX } from '../../protocol/limits.ts'
import type { ShareId } from '../../protocol/share-id.ts'
import { ChunkSet } from '../../protocol/swarm/chunk-set.ts'
import type { Sink } from '../engine/receive/sink.ts'
import type { Segment, StreamLayout } from '../engine/receive/stream-layout.ts'
import { formatBytes } from '../words.ts'
import { ClaimFile } from './claim-file.ts'
import { diskFault, readFault, targetExists } from './disk-fault.ts'
import { EntryFiles } from './entry-files.ts'
import { placeEntries } from './place-entries.ts'
import { PresentFiles } from './present-files.ts'
import { exists, saveNames, topNames } from './save-names.ts'
import { StreamHasher } from './stream-hasher.ts'
import { Turns } from '../engine/turns.ts'
import { syncFolder, WorkFolder, type SavedFile } from './work-folder.ts'

export type FileSinkOptions = Readonly<{
  /** Where the person wants the files; made if need be. */
  target: string
  shareId: ShareId
  layout: StreamLayout
  /** Which entries are wanted; all, if undefined. */
  entries?: ReadonlySet<number>
}>

/** A file that lies where the person wanted it; `path` is its place in the target folder. */
export type PlacedFile = Readonly<{ path: string; bytes: number; sha256: string }>

type Parts = Readonly<{
  work: WorkFolder
  names: readonly string[]
  claims: ClaimFile
  finished: readonly SavedFile[] | undefined
  present: PresentFiles
}>

/** What a file takes at least on most disks. */
const CLUSTER_BYTES = 4096

/**
 * Saves a share on this disk: written in place inside a work folder, verified again after a crash, and moved to
 * the target when all of it is complete. Nothing is ever overwritten, and nothing that was received is lost. What
 * lies in the target already and is the same counts as received.
 */
export class FileSink implements Sink, AsyncDisposable {
  readonly #options: FileSinkOptions
  readonly #parts: Parts
  readonly #files: EntryFiles
  readonly #hasher: StreamHasher
  readonly #turns = new Turns(WRITES_MAX)
  readonly #claimed: ChunkSet
  /** Nothing in the work folder is worth another run. */
  #isUntouched: boolean

  private constructor(options: FileSinkOptions, parts: Parts) {
    this.#options = options
    this.#parts = parts
    const { layout } = options
    this.#claimed = claimedBy(parts, layout)
    this.#isUntouched = parts.claims.claimed.size === 0 && parts.finished === undefined
    this.#files = new EntryFiles(layout, (entry) => {
      return join(parts.work.files, parts.names[entry] ?? '')
    })
    this.#hasher = new StreamHasher({
      layout,
      isWanted: (entry) => this.#isWanted(entry),
      reread: (chunk) => this.#reread(chunk),
    })
  }

  /**
   * @throws {TransferError} TARGET_EXISTS, FOLDER_IN_USE, DISK_FULL if it cannot fit, FILE_UNREADABLE if the
   *   target cannot be written.
   */
  static async open(options: FileSinkOptions): Promise<FileSink> {
    const { target, shareId, layout } = options
    try {
      await using stack = new AsyncDisposableStack()
      const work = stack.use(await WorkFolder.open(target, shareId))
      const names = await saveNames(work.path, layout.index)
      const claims = stack.use(await ClaimFile.open(work.claims, layout.chunkCount))
      const finished = await work.finished()
      const { entries } = options
      const isWanted = (entry: number): boolean => entries?.has(entry) ?? true
      const place = { target, layout, names, isWanted }
      // What an earlier run had begun to move is not looked at again.
      const present = finished ? PresentFiles.none() : await PresentFiles.find(place)
      const sink = new FileSink(options, { work, names, claims, finished, present })
      await sink.#checkTarget().catch(async (cause: unknown) => {
        // Nothing came of it: nothing is left lying about.
        if (claims.claimed.size === 0) await work.remove()
        throw cause
      })
      // From now on the sink sees to them.
      stack.move()
      return sink
    } catch (cause) {
      throw diskFault(cause, target, 'Choose another folder with -o.')
    }
  }

  get claimed(): ChunkSet {
    return this.#claimed
  }

  /** All was complete when an earlier run died: `finish` is all that is left. */
  get isFinished(): boolean {
    return this.#parts.finished !== undefined
  }

  /** @throws {TransferError} FILE_UNREADABLE */
  async read(chunk: number): Promise<Bytes | undefined> {
    try {
      return await this.#read(chunk)
    } catch (cause) {
      const next = 'What was received is kept: run the same command again to go on.'
      throw readFault(cause, this.#parts.work.path, next)
    }
  }

  async confirm(chunk: number, plain: Bytes): Promise<void> {
    for (const { entry, length } of this.#options.layout.segmentsOf(chunk)) {
      if (!this.#parts.present.has(entry)) await this.#files.count(entry, length)
    }
    this.#hasher.add(chunk, plain)
  }

  async write(chunk: number, plain: Bytes): Promise<void> {
    try {
      await this.#turns.run(() => this.#write(chunk, plain))
    } catch (cause) {
      throw this.#fault(cause)
    }
  }

  /**
   * Puts everything where the person wants it: durable first, then moved, nothing replaced.
   *
   * @throws {TransferError} TARGET_EXISTS, DISK_FULL: all that was received is kept, and another try goes on.
   */
  async finish(): Promise<PlacedFile[]> {
    const { work, finished } = this.#parts
    const { target } = this.#options
    try {
      const files = finished ?? (await this.#complete())
      this.#isUntouched = false
      const next = `All of the share is complete in ${work.path}: move what is in the way, and run the same command again.`
      await placeEntries({ from: work.files, to: target }, this.#topNames(), next)
      await syncFolder(target)
      await this.#close()
      await work.remove()
      return files.map((file) => this.#placed(file))
    } catch (cause) {
      throw this.#fault(cause)
    }
  }

  /** Keeps what is there for the next run. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close()
    if (this.#isUntouched) await this.#parts.work.remove()
    await this.#parts.work[Symbol.asyncDispose]()
  }

  async #read(chunk: number): Promise<Bytes | undefined> {
    const { layout } = this.#options
    const plain = new Uint8Array(layout.chunkBytes(chunk))
    for (const segment of layout.segmentsOf(chunk)) {
      if (!this.#isWanted(segment.entry)) return undefined
      if (!(await this.#readSegment(segment, plain))) return undefined
    }
    return plain
  }

  async #readSegment(segment: Segment, into: Bytes): Promise<boolean> {
    const { present } = this.#parts
    if (!present.has(segment.entry)) return this.#files.read(segment, into)
    await present.read(segment, into)
    return true
  }

  async #write(chunk: number, plain: Bytes): Promise<void> {
    for (const segment of this.#options.layout.segmentsOf(chunk)) {
      if (this.#isWanted(segment.entry)) await this.#writeSegment(segment, plain)
    }
    await this.#parts.claims.claim(chunk)
    this.#hasher.add(chunk, plain)
  }

  async #writeSegment(segment: Segment, plain: Bytes): Promise<void> {
    const { present, names } = this.#parts
    if (present.has(segment.entry)) {
      const path = join(this.#options.target, names[segment.entry] ?? '')
      return present.compare(segment, plain, path)
    }
    this.#isUntouched = false
    return this.#files.write(segment, plain)
  }

  /** All is verified: the rest is made, and everything is made durable. */
  async #complete(): Promise<readonly SavedFile[]> {
    const hashes = await this.#hasher.finish()
    for (const [entry, { size }] of this.#options.layout.index.entries()) {
      if (size === 0 && this.#isMissing(entry)) await this.#files.make(entry)
    }
    await this.#files.sync()
    await syncFolder(this.#parts.work.files)
    const files = [...hashes].map(([entry, sha256]) => ({ entry, sha256 }))
    const ordered = files.toSorted((a, b) => a.entry - b.entry)
    // What lies in the target may be gone, or another one, by the next run: then nothing here is all of it.
    if (this.#parts.present.isEmpty) await this.#parts.work.finish(ordered)
    return ordered
  }

  /** Before anything is fetched: nothing stands in the way, and all of it fits. */
  async #checkTarget(): Promise<void> {
    if (this.isFinished) return
    const { target, layout } = this.#options
    for (const name of this.#topNames()) {
      const path = join(target, name)
      if (await exists(path)) throw targetExists(path, 'Move it, or choose another folder with -o.')
    }
    const { bavail, bsize } = await statfs(target)
    const wanted = layout.index.filter((_entry, i) => this.#isMissing(i))
    const bytes = wanted.reduce((sum, { size }) => sum + size + CLUSTER_BYTES, 0)
    const missing = bytes - this.#claimedBytes() - bavail * bsize
    if (missing > 0) throw new TransferError('DISK_FULL', fullMessage(target, missing))
  }

  /** What of the missing files is in the work folder already, if it is right. */
  #claimedBytes(): number {
    const { present, claims } = this.#parts
    const { layout } = this.#options
    const chunks = Array.from({ length: layout.chunkCount }, (_, chunk) => chunk)
    const segments = chunks.flatMap((i) => (claims.claimed.has(i) ? layout.segmentsOf(i) : []))
    return segments.reduce((sum, { entry, length }) => {
      return present.has(entry) ? sum : sum + length
    }, 0)
  }

  async #reread(chunk: number): Promise<Bytes> {
    const { layout } = this.#options
    const plain = new Uint8Array(layout.chunkBytes(chunk))
    for (const segment of layout.segmentsOf(chunk)) {
      if (!this.#isWanted(segment.entry)) continue
      assert(await this.#readSegment(segment, plain), 'what was written to be there')
    }
    return plain
  }

  #placed({ entry, sha256 }: SavedFile): PlacedFile {
    const path = this.#parts.names[entry] ?? ''
    return { path, bytes: this.#options.layout.index[entry]?.size ?? 0, sha256 }
  }

  #topNames(): string[] {
    return topNames(this.#parts.names.filter((_name, entry) => this.#isMissing(entry)))
  }

  #isWanted(entry: number): boolean {
    return this.#options.entries?.has(entry) ?? true
  }

  #isMissing(entry: number): boolean {
    return this.#isWanted(entry) && !this.#parts.present.has(entry)
  }

  #fault(cause: unknown): unknown {
    const { work } = this.#parts
    const { layout, target } = this.#options
    const leftBytes = layout.index.reduce((sum, _entry, entry) => {
      return this.#isMissing(entry) ? sum + this.#files.leftBytes(entry) : sum
    }, 0)
    const kept = `What was received is kept in ${work.path}, and ${formatBytes(leftBytes)} are missing: run the same command again to go on.`
    return diskFault(cause, target, kept)
  }

  async #close(): Promise<void> {
    await this.#files[Symbol.asyncDispose]()
    await this.#parts.claims[Symbol.asyncDispose]()
  }
}

/** What is in the work folder, and what has all its bytes in files that lie in the target: hints, both. */
function claimedBy({ claims, present }: Parts, layout: StreamLayout): ChunkSet {
  const claimed = new ChunkSet(layout.chunkCount, claims.claimed.bitmap())
  if (present.isEmpty) return claimed
  for (let chunk = 0; chunk < layout.chunkCount; chunk += 1) {
    if (layout.segmentsOf(chunk).every(({ entry }) => present.has(entry))) claimed.add(chunk)
  }
  return claimed
}

function fullMessage(target: string, missing: number): string {
  return `The disk of ${target} lacks ${formatBytes(missing)} for this share. Free some space, or choose another folder with -o.`
}

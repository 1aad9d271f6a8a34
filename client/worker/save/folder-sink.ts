import { isEqual, type Bytes } from '../../../protocol/bytes.ts'
import { assert, TransferError } from '../../../protocol/errors.ts'
import { ChunkSet } from '../../../protocol/swarm/chunk-set.ts'
import { free } from '../../../protocol/memory.ts'
import type { Sink } from '../../engine/receive/sink.ts'
import type { StreamLayout } from '../../engine/receive/stream-layout.ts'
import { diskFault } from './disk-fault.ts'

type OpenFile = { writable: FileSystemWritableFileStream; leftBytes: number }

/** So many chunks in work are more than the disk takes at once. */
const BEHIND_CHUNKS = 8

/**
 * Writes the files of a share into a folder that the person chose. A file appears when all of it is there. Files
 * from an earlier try are read again, verified, and kept; no file that was there is ever written to but an empty
 * one, which a try that was cut off leaves.
 */
export class FolderSink implements Sink {
  readonly claimed: ChunkSet
  readonly #layout: StreamLayout
  readonly #folder: FileSystemDirectoryHandle
  readonly #paths: readonly string[]
  /** Files that were there before, of the right length. */
  readonly #present = new Map<number, File>()
  readonly #open = new Map<number, Promise<OpenFile>>()
  #writing = 0

  private constructor(
    layout: StreamLayout,
    folder: FileSystemDirectoryHandle,
    paths: readonly string[],
  ) {
    this.#layout = layout
    this.#folder = folder
    this.#paths = paths
    this.claimed = new ChunkSet(layout.chunkCount)
  }

  /**
   * Looks at what is there and makes the empty files and folders.
   *
   * @param paths - Safe on every system, one an entry of the index.
   * @throws {TransferError} TARGET_EXISTS, DISK_FULL, FILE_UNREADABLE, or the reason of `stop`.
   */
  static async open(
    layout: StreamLayout,
    folder: FileSystemDirectoryHandle,
    { paths, stop }: Readonly<{ paths: readonly string[]; stop: AbortSignal }>,
  ): Promise<FolderSink> {
    const sink = new FolderSink(layout, folder, paths)
    try {
      for (const entry of paths.keys()) {
        await sink.#prepare(entry)
        stop.throwIfAborted()
      }
    } catch (cause) {
      throw diskFault(cause)
    }
    sink.#claim()
    return sink
  }

  async read(chunk: number): Promise<Bytes | undefined> {
    const plain = new Uint8Array(this.#layout.chunkBytes(chunk))
    for (const { entry, fileOffset, chunkOffset, length } of this.#layout.segmentsOf(chunk)) {
      const file = this.#present.get(entry)
      if (file === undefined) return undefined
      const part = await file.slice(fileOffset, fileOffset + length).arrayBuffer()
      plain.set(new Uint8Array(part), chunkOffset)
    }
    return plain
  }

  confirm(): Promise<void> {
    return Promise.resolve()
  }

  /** The disk is what is waited for. */
  get isBehind(): boolean {
    return this.#writing >= BEHIND_CHUNKS
  }

  async write(chunk: number, plain: Bytes): Promise<void> {
    this.#writing += 1
    try {
      for (const { entry, fileOffset, chunkOffset, length } of this.#layout.segmentsOf(chunk)) {
        const isWhole = length === plain.length
        const data = isWhole ? plain : plain.slice(chunkOffset, chunkOffset + length)
        await this.#writePart(entry, fileOffset, data)
        free(data)
      }
      free(plain)
    } catch (cause) {
      throw diskFault(cause)
    } finally {
      this.#writing -= 1
    }
  }

  /** Gives up what is half written; whole files stay. */
  async abort(): Promise<void> {
    for (const opening of this.#open.values()) {
      // One that could not be opened is why it is given up.
      await opening.then(({ writable }) => writable.abort()).catch(() => undefined)
    }
  }

  async #prepare(entry: number): Promise<void> {
    const path = this.#paths[entry] ?? ''
    if (path.endsWith('/')) {
      await this.#folderOf(`${path}x`)
      return
    }
    const size = this.#sizeOf(entry)
    const file = await this.#find(path)
    if (file === undefined && size === 0) await this.#create(path)
    if (file === undefined || (file.size === 0 && size > 0)) return
    if (file.size !== size) throw targetExists()
    this.#present.set(entry, file)
  }

  #claim(): void {
    for (let chunk = 0; chunk < this.#layout.chunkCount; chunk += 1) {
      const segments = this.#layout.segmentsOf(chunk)
      if (segments.length > 0 && segments.every(({ entry }) => this.#present.has(entry))) {
        this.claimed.add(chunk)
      }
    }
  }

  async #writePart(entry: number, position: number, data: Bytes): Promise<void> {
    const present = this.#present.get(entry)
    if (present !== undefined) return checkSame(present, position, data)
    const opening = this.#open.get(entry) ?? this.#openFile(entry)
    this.#open.set(entry, opening)
    const file = await opening
    await file.writable.write({ type: 'write', position, data })
    file.leftBytes -= data.length
    if (file.leftBytes > 0) return
    this.#open.delete(entry)
    await file.writable.close()
  }

  async #openFile(entry: number): Promise<OpenFile> {
    const handle = await this.#create(this.#paths[entry] ?? '')
    return { writable: await handle.createWritable(), leftBytes: this.#sizeOf(entry) }
  }

  async #find(path: string): Promise<File | undefined> {
    try {
      const folder = await this.#folderOf(path)
      const handle = await folder.getFileHandle(nameOf(path))
      return await handle.getFile()
    } catch (cause) {
      if (isNotThere(cause)) return undefined
      throw cause
    }
  }

  async #create(path: string): Promise<FileSystemFileHandle> {
    const folder = await this.#folderOf(path)
    try {
      return await folder.getFileHandle(nameOf(path), { create: true })
    } catch (cause) {
      throw nameFault(cause)
    }
  }

  async #folderOf(path: string): Promise<FileSystemDirectoryHandle> {
    let folder = this.#folder
    for (const name of path.split('/').slice(0, -1)) {
      folder = await folder.getDirectoryHandle(name, { create: true })
    }
    return folder
  }

  #sizeOf(entry: number): number {
    return this.#layout.index[entry]?.size ?? 0
  }
}

function nameOf(path: string): string {
  const name = path.split('/').at(-1)
  assert(name !== undefined, 'a path with a name')
  return name
}

async function checkSame(file: File, position: number, data: Bytes): Promise<void> {
  const found = await file.slice(position, position + data.length).arrayBuffer()
  if (!isEqual(new Uint8Array(found), data)) throw targetExists()
}

/** A name that the browser refuses is said to be one where it is written. */
function isNotThere(cause: unknown): boolean {
  return (
    cause instanceof TypeError || (cause instanceof DOMException && cause.name === 'NotFoundError')
  )
}

/** Browsers refuse some names in folders on the disk, such as those of shortcuts. */
function nameFault(cause: unknown): unknown {
  if (!(cause instanceof TypeError)) return cause
  const message =
    'The browser writes no file of such a name into a folder, as it might be started there.'
  return new TransferError('BROWSER_UNFIT', message, { cause })
}

function targetExists(): TransferError {
  const message =
    'A file of this name and other content is in the folder already. It was not touched.'
  return new TransferError('TARGET_EXISTS', message)
}

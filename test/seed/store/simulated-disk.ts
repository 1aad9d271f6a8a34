import { join, dirname, basename } from 'node:path'
import type { Bytes } from '../../../protocol/bytes.ts'
import { NOW_MS } from '../../protocol/owner.ts'
import type {
  OpenMode,
  StoreFile,
  StoreFiles,
  StoreFolder,
} from '../../../seed/store/store-files.ts'

const PAGE_BYTES = 4096

/** A number in [0, 1). */
export type Random = () => number

class SimulatedFile {
  current = new Uint8Array(0)
  durable = new Uint8Array(0)
  readonly dirty = new Set<number>()

  write(bytes: Bytes, position: number): void {
    this.current = grown(this.current, position + bytes.length)
    this.current.set(bytes, position)
    const last = Math.floor((position + bytes.length - 1) / PAGE_BYTES)
    for (let page = Math.floor(position / PAGE_BYTES); page <= last; page += 1) this.dirty.add(page)
  }

  sync(): void {
    this.durable = grown(this.durable, this.current.length)
    for (const page of this.dirty) this.#keep(page)
    this.dirty.clear()
  }

  /** Each page that was not synced is on the disk or not, whatever came before or after it. */
  crash(random: Random): void {
    for (const page of this.dirty) if (random() < 0.5) this.#keep(page)
    this.current = this.durable.slice()
    this.dirty.clear()
  }

  #keep(page: number): void {
    const part = this.current.subarray(page * PAGE_BYTES, (page + 1) * PAGE_BYTES)
    this.durable = grown(this.durable, page * PAGE_BYTES + part.length)
    this.durable.set(part, page * PAGE_BYTES)
  }
}

type Entry = SimulatedFile | SimulatedFolder

class SimulatedFolder {
  current = new Map<string, Entry>()
  durable = new Map<string, Entry>()

  sync(): void {
    this.durable = new Map(this.current)
  }

  /** Each name that was not synced is as it was or as it became. */
  crash(random: Random): void {
    for (const name of new Set([...this.current.keys(), ...this.durable.keys()])) {
      const [before, after] = [this.durable.get(name), this.current.get(name)]
      const kept = before === after || random() < 0.5 ? after : before
      if (kept === undefined) this.durable.delete(name)
      else this.durable.set(name, kept)
    }
    this.current = new Map(this.durable)
    for (const entry of this.current.values()) entry.crash(random)
  }
}

/** The power went out: this and everything after it never happened. */
class PowerCut extends Error {
  override readonly name = 'PowerCut'
}

/**
 * A disk that forgets what was not synced: pages and names each for themselves, in any order, so also torn. It can
 * be made to lose power in the middle of any call.
 */
export class SimulatedDisk implements StoreFiles {
  readonly #root = new SimulatedFolder()
  #callsLeft = Infinity
  /** Calls so far. */
  calls = 0

  /** Lets so many more calls through. */
  cutAfter(calls: number): void {
    this.#callsLeft = calls
  }

  /** What is there when the power is back. */
  restart(random: Random): void {
    this.#root.crash(random)
    this.#callsLeft = Infinity
  }

  async open(path: string, mode: OpenMode): Promise<StoreFile> {
    this.#tick()
    const folder = this.#folder(dirname(path))
    let file = folder.current.get(basename(path))
    if (file === undefined && mode !== 'read') {
      file = new SimulatedFile()
      folder.current.set(basename(path), file)
    }
    if (!(file instanceof SimulatedFile)) throw coded('ENOENT')
    if (mode === 'replace') {
      // Truncation is a write too: the old pages may come back, so the file is another one.
      file = new SimulatedFile()
      folder.current.set(basename(path), file)
    }
    return this.#handle(file)
  }

  async createFolder(path: string): Promise<void> {
    this.#tick()
    const folder = this.#folder(dirname(path))
    if (folder.current.has(basename(path))) throw coded('EEXIST')
    folder.current.set(basename(path), new SimulatedFolder())
  }

  async listFolder(path: string): Promise<string[]> {
    return [...this.#folder(path).current.keys()]
  }

  async deleteFolder(path: string): Promise<void> {
    await this.deleteFile(path)
  }

  async deleteFile(path: string): Promise<void> {
    this.#tick()
    if (!this.#folder(dirname(path)).current.delete(basename(path))) throw coded('ENOENT')
  }

  async rename(from: string, to: string): Promise<void> {
    this.#tick()
    const folder = this.#folder(dirname(from))
    const file = folder.current.get(basename(from))
    if (file === undefined) throw coded('ENOENT')
    folder.current.delete(basename(from))
    this.#folder(dirname(to)).current.set(basename(to), file)
  }

  async openFolder(path: string): Promise<StoreFolder> {
    const folder = this.#folder(path)
    return {
      sync: async () => {
        this.#tick()
        folder.sync()
      },
      close: async () => undefined,
    }
  }

  async createdAtMs(): Promise<number> {
    return NOW_MS
  }

  async space(): Promise<{ freeBytes: number; totalBytes: number }> {
    return { freeBytes: 2 ** 40, totalBytes: 2 ** 40 }
  }

  #handle(file: SimulatedFile): StoreFile {
    return {
      read: async (into, position) => {
        const part = file.current.subarray(position, position + into.length)
        into.set(part)
        return part.length
      },
      write: async (bytes, position) => {
        this.#tick()
        file.write(bytes, position)
        return bytes.length
      },
      sync: async () => {
        this.#tick()
        file.sync()
      },
      stat: async () => ({ sizeBytes: file.current.length, version: String(this.calls) }),
      close: async () => undefined,
    }
  }

  #folder(path: string): SimulatedFolder {
    let folder: Entry | undefined = this.#root
    for (const name of join('/', path)
      .split('/')
      .filter((part) => part !== '')) {
      folder = folder instanceof SimulatedFolder ? folder.current.get(name) : undefined
    }
    if (!(folder instanceof SimulatedFolder)) throw coded('ENOENT')
    return folder
  }

  #tick(): void {
    this.calls += 1
    this.#callsLeft -= 1
    if (this.#callsLeft < 0) throw new PowerCut('the power went out')
  }
}

function grown(bytes: Bytes, length: number): Bytes {
  if (length <= bytes.length) return bytes
  const longer = new Uint8Array(length)
  longer.set(bytes)
  return longer
}

function coded(code: string): Error {
  return Object.assign(new Error(code), { code })
}

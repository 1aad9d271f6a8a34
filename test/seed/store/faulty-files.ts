import {
  nodeFiles,
  type StoreFile,
  type StoreFiles,
  type StoreFolder,
} from '../../../seed/store/store-files.ts'

/** What the next calls of one kind do instead of what they should. */
export type Fault = Readonly<{
  call: 'write' | 'sync' | 'openFolder' | 'syncFolder' | 'rename' | 'open'
  /** Calls of that kind that still go well. */
  after: number
  code: 'ENOSPC' | 'EIO' | 'EMFILE'
  /** Every later one fails too. */
  isLasting: boolean
}>

/** The real disk, on which some calls fail. */
export class FaultyFiles implements StoreFiles {
  #fault: Fault | undefined
  #left = 0

  /** Arms a fault, or none. */
  fail(fault: Fault | undefined): void {
    this.#fault = fault
    this.#left = fault?.after ?? 0
  }

  createFolder(path: string): Promise<void> {
    return nodeFiles.createFolder(path)
  }

  listFolder(path: string): Promise<string[]> {
    return nodeFiles.listFolder(path)
  }

  deleteFolder(path: string): Promise<void> {
    return nodeFiles.deleteFolder(path)
  }

  deleteFile(path: string): Promise<void> {
    return nodeFiles.deleteFile(path)
  }

  createdAtMs(path: string): Promise<number> {
    return nodeFiles.createdAtMs(path)
  }

  space(path: string): Promise<{ freeBytes: number; totalBytes: number }> {
    return nodeFiles.space(path)
  }

  async rename(from: string, to: string): Promise<void> {
    this.#meet('rename')
    await nodeFiles.rename(from, to)
  }

  async openFolder(path: string): Promise<StoreFolder> {
    this.#meet('openFolder')
    const folder = await nodeFiles.openFolder(path)
    return {
      sync: async () => {
        this.#meet('syncFolder')
        await folder.sync()
      },
      close: () => folder.close(),
    }
  }

  async open(...[path, mode]: Parameters<StoreFiles['open']>): Promise<StoreFile> {
    if (mode !== 'read') this.#meet('open')
    const file = await nodeFiles.open(path, mode)
    return {
      ...file,
      write: async (bytes, position) => {
        // Half of it still goes in, as on a real disk.
        if (this.#isDue('write')) {
          await file.write(bytes.subarray(0, bytes.length / 2), position)
          this.#meet('write')
        }
        return file.write(bytes, position)
      },
      sync: async () => {
        this.#meet('sync')
        await file.sync()
      },
    }
  }

  #isDue(call: Fault['call']): boolean {
    if (this.#fault?.call !== call) return false
    this.#left -= 1
    return this.#left < 0 && (this.#fault.isLasting || this.#left === -1)
  }

  #meet(call: Fault['call']): void {
    const { code = 'EIO' } = this.#fault ?? {}
    if (call === 'write' || this.#isDue(call)) {
      throw Object.assign(new Error(`${code}: injected`), { code })
    }
  }
}

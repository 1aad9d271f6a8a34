import { constants } from 'node:fs'
import { mkdir, open, readdir, rename, rmdir, stat, statfs, unlink } from 'node:fs/promises'
import type { Bytes } from '../../protocol/bytes.ts'

/** `replace` starts empty, `update` keeps what is there; both create the file. */
export type OpenMode = 'read' | 'replace' | 'update'

/** The few calls that the disk store makes, so that a simulated disk can lose, tear and refuse them. */
export interface StoreFiles {
  open(path: string, mode: OpenMode): Promise<StoreFile>
  /** Creates one folder; its parent exists. Fails with EEXIST. */
  createFolder(path: string): Promise<void>
  listFolder(path: string): Promise<string[]>
  deleteFolder(path: string): Promise<void>
  rename(from: string, to: string): Promise<void>
  deleteFile(path: string): Promise<void>
  openFolder(path: string): Promise<StoreFolder>
  /** When the folder was made, as far as the file system knows. */
  createdAtMs(path: string): Promise<number>
  space(path: string): Promise<{ freeBytes: number; totalBytes: number }>
}

/** As of `node:fs`: a read or write may do less than it was asked. */
export interface StoreFile {
  read(into: Bytes, position: number): Promise<number>
  write(bytes: Bytes, position: number): Promise<number>
  /** Makes the bytes and the size durable. */
  sync(): Promise<void>
  stat(): Promise<{ sizeBytes: number; version: string }>
  close(): Promise<void>
}

export interface StoreFolder {
  /** Makes durable which names the folder has. */
  sync(): Promise<void>
  close(): Promise<void>
}

const flags = {
  read: constants.O_RDONLY,
  replace: constants.O_RDWR | constants.O_CREAT | constants.O_TRUNC,
  update: constants.O_RDWR | constants.O_CREAT,
} as const

// Sealed bytes are no one else's business either.
const FILE_MODE = 0o600
const FOLDER_MODE = 0o700

/** The real disk. */
export const nodeFiles: StoreFiles = {
  open: openNodeFile,
  listFolder: (path) => readdir(path),
  deleteFolder: (path) => rmdir(path),
  rename: (from, to) => rename(from, to),
  deleteFile: (path) => unlink(path),

  async createFolder(path) {
    await mkdir(path, { mode: FOLDER_MODE })
  },

  async openFolder(path) {
    const handle = await open(path, constants.O_RDONLY)
    return { sync: () => handle.sync(), close: () => handle.close() }
  },

  async createdAtMs(path) {
    const { birthtimeMs, mtimeMs } = await stat(path)
    // Some file systems keep no time of birth and say 0.
    return Math.floor(birthtimeMs > 0 ? birthtimeMs : mtimeMs)
  },

  async space(path) {
    const { bavail, blocks, bsize } = await statfs(path)
    return { freeBytes: bavail * bsize, totalBytes: blocks * bsize }
  },
}

async function openNodeFile(path: string, mode: OpenMode): Promise<StoreFile> {
  const handle = await open(path, flags[mode], FILE_MODE)
  return {
    read: async (into, position) => (await handle.read(into, 0, into.length, position)).bytesRead,
    write: async (bytes, position) =>
      (await handle.write(bytes, 0, bytes.length, position)).bytesWritten,
    sync: () => handle.datasync(),
    close: () => handle.close(),
    async stat() {
      const { size, ino, mtimeNs, ctimeNs } = await handle.stat({ bigint: true })
      return { sizeBytes: Number(size), version: `${ino}-${mtimeNs}-${ctimeNs}` }
    },
  }
}

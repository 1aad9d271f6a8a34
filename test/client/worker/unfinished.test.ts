import { openAsBlob } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { PageFile } from '../../../client/worker/page-file.ts'
import { filesOfHandles } from '../../../client/worker/unfinished.ts'

const nothing = new Uint8Array(0)
let folder = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'skerry-kept-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** What a browser keeps of a file, and looks it up by. */
class KeptHandle implements FileSystemFileHandle {
  readonly kind = 'file'
  readonly name = 'notes.txt'
  readonly #path: string

  constructor(path: string) {
    this.#path = path
  }

  async getFile(): Promise<File> {
    return new File([await openAsBlob(this.#path)], this.name, { lastModified: 1 })
  }

  async isSameEntry(other: FileSystemHandle): Promise<boolean> {
    return other === this
  }

  createWritable(): never {
    throw new Error('Nothing is written.')
  }

  createSyncAccessHandle(): never {
    throw new Error('Nothing is written.')
  }
}

it('a file that the browser kept, and that changes once the share is gone on with, is known to have changed', async () => {
  const path = join(folder, 'notes.txt')
  await writeFile(path, 'notes')
  const handle = new KeptHandle(path)
  const journal = {
    networkUrl: '',
    networkKey: nothing,
    genesisBytes: nothing,
    ownerSeed: nothing,
    secret: nothing,
    grant: undefined,
    expiresAtMs: 1,
    files: [{ path: 'notes.txt', size: 5, mtimeMs: 1 }],
  }
  const start = { shareId: '', startedAtMs: 0, mark: undefined, storedBytes: 0 }
  const [picked] = await filesOfHandles({ ...start, journal, handles: [handle] })
  await writeFile(path, 'more notes')
  const file = picked && new PageFile(picked)
  await expect(file?.read(0, 5)).rejects.toMatchObject({ code: 'FILE_CHANGED' })
})

import type { BigIntStats } from 'node:fs'
import { lstat } from 'node:fs/promises'
import { join } from 'node:path'
import { isEqual, type Bytes } from '../../protocol/bytes.ts'
import type { Segment, StreamLayout } from '../engine/receive/stream-layout.ts'
import { targetExists } from './disk-fault.ts'
import { isSystemError } from './durable-file.ts'
import { NodeFile } from './node-file.ts'
import { topName } from './save-names.ts'

type Place = Readonly<{
  target: string
  layout: StreamLayout
  /** What each entry is called in the target. */
  names: readonly string[]
  isWanted: (entry: number) => boolean
}>

/**
 * Entries that lie where the person wants them and may be the same: what an earlier run saved, as a rule. They are
 * read and compared, and never written. Of what stands in the target folder itself all is here, or none of it.
 */
export class PresentFiles {
  readonly #files: ReadonlyMap<number, NodeFile>

  private constructor(files: ReadonlyMap<number, NodeFile>) {
    this.#files = files
  }

  static none(): PresentFiles {
    return new PresentFiles(new Map())
  }

  static async find(place: Place): Promise<PresentFiles> {
    const wanted = [...place.names.keys()].filter((entry) => place.isWanted(entry))
    const found = new Map<number, NodeFile>()
    for (const entries of Map.groupBy(wanted, (entry) => topName(place.names[entry])).values()) {
      for (const [entry, file] of await findAll(place, entries)) found.set(entry, file)
    }
    return new PresentFiles(found)
  }

  has(entry: number): boolean {
    return this.#files.has(entry)
  }

  get isEmpty(): boolean {
    return this.#files.size === 0
  }

  /** Reads what a chunk has of an entry that is here. @throws {TransferError} FILE_CHANGED, FILE_UNREADABLE */
  async read({ entry, fileOffset, chunkOffset, length }: Segment, into: Bytes): Promise<void> {
    const bytes = await this.#files.get(entry)?.read(fileOffset, length)
    if (bytes !== undefined) into.set(bytes, chunkOffset)
  }

  /** @param plain - The chunk as it was published. @throws {TransferError} TARGET_EXISTS where the entry is another. */
  async compare(segment: Segment, plain: Bytes, path: string): Promise<void> {
    const here = new Uint8Array(plain.length)
    await this.read(segment, here)
    const end = segment.chunkOffset + segment.length
    const isSame = isEqual(
      here.subarray(segment.chunkOffset, end),
      plain.subarray(segment.chunkOffset, end),
    )
    if (!isSame)
      throw targetExists(path, 'It is another one: move it, or choose another folder with -o.')
  }
}

/** @returns All of these entries, or none where one of them is missing or of another size. */
async function findAll(
  { target, layout, names }: Place,
  entries: readonly number[],
): Promise<ReadonlyMap<number, NodeFile>> {
  const found = new Map<number, NodeFile>()
  for (const entry of entries) {
    const { path = '', size = 0 } = layout.index[entry] ?? {}
    const diskPath = join(target, names[entry] ?? '')
    const stat = await statOf(diskPath)
    const isThere = path.endsWith('/')
      ? stat?.isDirectory()
      : stat?.isFile() === true && stat.size === BigInt(size)
    if (stat === undefined || isThere !== true) return new Map()
    found.set(entry, new NodeFile({ diskPath, path }, stat))
  }
  return found
}

async function statOf(path: string): Promise<BigIntStats | undefined> {
  try {
    return await lstat(path, { bigint: true })
  } catch (cause) {
    if (isSystemError(cause, 'ENOENT') || isSystemError(cause, 'ENOTDIR')) return undefined
    throw cause
  }
}

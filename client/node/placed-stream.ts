import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Bytes } from '../../protocol/bytes.ts'
import type { StreamLayout } from '../engine/receive/stream-layout.ts'
import { StreamReader } from '../engine/send/stream-reader.ts'
import { CHUNK_PLAIN_BYTES } from '../../protocol/limits.ts'
import type { PlacedFile } from './file-sink.ts'
import { NodeFile } from './node-file.ts'

/** A share's stream as it lies in the target folder, for as long as its files stay as they were saved. */
export class PlacedStream {
  readonly #layout: StreamLayout
  readonly #reader: StreamReader

  private constructor(layout: StreamLayout, files: readonly NodeFile[]) {
    this.#layout = layout
    this.#reader = new StreamReader(files)
  }

  /** @param files - All of the share, in its order. */
  static async open(
    layout: StreamLayout,
    target: string,
    files: readonly PlacedFile[],
  ): Promise<PlacedStream> {
    const found: NodeFile[] = []
    for (const { path, bytes } of files) {
      // Empty ones add nothing to the stream.
      if (bytes === 0) continue
      const diskPath = join(target, path)
      found.push(new NodeFile({ diskPath, path }, await stat(diskPath, { bigint: true })))
    }
    return new PlacedStream(layout, found)
  }

  /** @throws {TransferError} FILE_CHANGED, FILE_UNREADABLE */
  read(chunk: number): Promise<Bytes> {
    return this.#reader.read(chunk * CHUNK_PLAIN_BYTES, this.#layout.chunkBytes(chunk))
  }
}

import { base64urlnopad } from '@scure/base'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Bytes } from '../../protocol/bytes.ts'
import { CHECKPOINT_BYTES } from '../../protocol/checkpoint.ts'
import type { ShareId } from '../../protocol/share-id.ts'
import type { SeenStore } from '../engine/receive/seen-store.ts'
import { isSystemError, replaceFile } from './durable-file.ts'
import { stateFault } from './state-dir.ts'

/** The newest checkpoint seen of each share, one small file each. They hold nothing secret. */
export class SeenFiles implements SeenStore {
  readonly #dir: string

  /** @param dir - An existing folder. */
  constructor(dir: string) {
    this.#dir = dir
  }

  async load(shareId: ShareId): Promise<Bytes | undefined> {
    try {
      return parseCheckpoint(await readFile(join(this.#dir, shareId), 'utf8'))
    } catch (cause) {
      if (isSystemError(cause, 'ENOENT')) return undefined
      throw stateFault(cause)
    }
  }

  async save(shareId: ShareId, checkpoint: Bytes): Promise<void> {
    await keep(join(this.#dir, shareId), base64urlnopad.encode(checkpoint))
  }

  async keepEvidence(shareId: ShareId, checkpoints: readonly Bytes[]): Promise<void> {
    const lines = checkpoints.map((checkpoint) => base64urlnopad.encode(checkpoint))
    await keep(join(this.#dir, `${shareId}.conflict`), `${lines.join('\n')}\n`)
  }
}

/** A file that a crash or a hand has damaged is as good as none: what it protected is lost with it. */
function parseCheckpoint(text: string): Bytes | undefined {
  try {
    const checkpoint = base64urlnopad.decode(text.trim()) as Bytes
    return checkpoint.length === CHECKPOINT_BYTES ? checkpoint : undefined
  } catch {
    return undefined
  }
}

async function keep(path: string, text: string): Promise<void> {
  await replaceFile(path, text).catch((cause: unknown) => {
    throw stateFault(cause)
  })
}

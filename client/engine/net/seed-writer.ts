import { encodeCheckpointMessage, type CheckpointMessage } from '../../../protocol/accept.ts'
import type { Bytes } from '../../../protocol/bytes.ts'
import { parseCheckpointAnswer } from '../../../protocol/http/seed-json.ts'
import { SEALED_CHUNK_BYTES_MAX, SEED_SILENT_MS } from '../../../protocol/limits.ts'
import { readBody, readJson, type Ask } from './http.ts'
import { SeedClient } from './seed-client.ts'
import { asRequestBody, lengthOfBody, type UploadBody } from './upload-body.ts'

const ANSWER_BYTES_MAX = 4096
const LONG_BODY_BYTES = 65_536
const LONG_TIMEOUT_MS = 600_000

/** Stores a share at one seed, and reads it there. Whoever only reads does not load this. */
export class SeedWriter extends SeedClient {
  /** Tells the seed of the share. @param body - genesis ‖ grant. @returns Whether it is new to the seed. */
  async putShare(body: Bytes, signal?: AbortSignal): Promise<boolean> {
    const response = await this.ask('', { method: 'PUT', body, signal })
    await readBody(response, ANSWER_BYTES_MAX)
    return response.status === 201
  }

  /** @returns The deletion record if the checkpoint deletes the share. */
  async putCheckpoint(
    message: CheckpointMessage,
    signal?: AbortSignal,
  ): Promise<Bytes | undefined> {
    const body = encodeCheckpointMessage(message)
    // The whole hash list of a large share takes its time on a slow line.
    const timeoutMs = message.hashes.length > LONG_BODY_BYTES ? LONG_TIMEOUT_MS : SEED_SILENT_MS
    const answer = await this.#send('/checkpoint', { method: 'PUT', body, signal, timeoutMs })
    return parseCheckpointAnswer(answer).deletion
  }

  async putIndex(sealedIndex: Bytes, signal?: AbortSignal): Promise<void> {
    await this.#send('/index', {
      method: 'PUT',
      body: sealedIndex,
      signal,
      timeoutMs: LONG_TIMEOUT_MS,
    })
  }

  /**
   * Uploads sealed chunks that follow each other inside one extent; resolves once they are durable. It may take
   * minutes on a slow line: whether the seed is there at all is for the caller to watch.
   */
  async patchChunks(first: number, body: UploadBody, signal?: AbortSignal): Promise<void> {
    const start = first * SEALED_CHUNK_BYTES_MAX
    const length = lengthOfBody(body)
    const headers = {
      'content-type': 'application/octet-stream',
      'content-range': `bytes ${start}-${start + length - 1}/*`,
    }
    const options = {
      method: 'PATCH',
      body: asRequestBody(body),
      headers,
      signal,
      timeoutMs: LONG_TIMEOUT_MS,
    } as const
    await this.#send('/data', options)
  }

  async #send(path: string, options: Ask): Promise<unknown> {
    return readJson(await this.ask(path, options))
  }
}

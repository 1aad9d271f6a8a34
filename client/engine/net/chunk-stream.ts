import type { Bytes } from '../../../protocol/bytes.ts'
import { TransferError } from '../../../protocol/errors.ts'
import { SEALED_CHUNK_BYTES_MAX, SEALED_OVERHEAD_BYTES } from '../../../protocol/limits.ts'
import { free } from '../free.ts'
import { readParts } from './http.ts'

/** Sealed bytes that claim to be chunk `index`: nothing is believed until their hash is checked. */
export type SealedChunk = Readonly<{ index: number; sealed: Bytes }>

/** Chunks that follow each other, in one request. */
export type ChunkRequest = Readonly<{
  first: number
  /** How many at most. */
  count: number
  /** Told of bytes as they come, so that a slow source is not taken for a silent one. */
  onBytes?: (bytes: number) => void
}>

/**
 * Cuts a streamed answer into sealed chunks. The last chunk of a share is shorter than the others.
 *
 * @throws {TransferError} SEED_UNREACHABLE if the answer breaks off inside a chunk; REQUEST_INVALID if it
 *   starts elsewhere or brings more than was asked for.
 */
export async function* readChunks(
  response: Response,
  request: ChunkRequest,
): AsyncGenerator<SealedChunk> {
  const lengthBytes = checkRange(response, request)
  let index = request.first
  let leftBytes = lengthBytes
  let chunk = startChunk(leftBytes)
  for await (const part of readParts(response)) {
    request.onBytes?.(part.length)
    let offset = 0
    while (offset < part.length) {
      if (leftBytes === 0) throw wrongRange()
      const taken = Math.min(part.length - offset, chunk.bytes.length - chunk.filled)
      chunk.bytes.set(part.subarray(offset, offset + taken), chunk.filled)
      chunk.filled += taken
      offset += taken
      leftBytes -= taken
      if (chunk.filled < chunk.bytes.length) continue
      yield { index, sealed: chunk.bytes }
      index += 1
      chunk = startChunk(leftBytes)
    }
    free(part)
  }
  if (leftBytes > 0) throw new TransferError('SEED_UNREACHABLE', 'A seed broke off in the middle.')
}

function startChunk(leftBytes: number): { bytes: Bytes; filled: number } {
  return { bytes: new Uint8Array(Math.min(leftBytes, SEALED_CHUNK_BYTES_MAX)), filled: 0 }
}

/** @returns How many bytes the answer says it brings, within what was asked for. */
function checkRange(response: Response, { first, count }: ChunkRequest): number {
  const match = /^bytes (\d+)-(\d+)\/(?:\d+|\*)$/.exec(response.headers.get('content-range') ?? '')
  const [start, end] = [Number(match?.[1]), Number(match?.[2])]
  const lengthBytes = end - start + 1
  const isAsked =
    start === first * SEALED_CHUNK_BYTES_MAX && lengthBytes <= count * SEALED_CHUNK_BYTES_MAX
  const lastBytes = lengthBytes % SEALED_CHUNK_BYTES_MAX
  const isWhole = lengthBytes > 0 && (lastBytes === 0 || lastBytes > SEALED_OVERHEAD_BYTES)
  if (!isAsked || !isWhole) throw wrongRange()
  return lengthBytes
}

function wrongRange(): TransferError {
  return new TransferError('REQUEST_INVALID', 'A seed answered with other bytes than asked for.')
}

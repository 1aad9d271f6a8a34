import type { Bytes } from '../../../protocol/bytes.ts'
import { TransferError } from '../../../protocol/errors.ts'
import { SEALED_CHUNK_BYTES_MAX, SEALED_OVERHEAD_BYTES } from '../../../protocol/limits.ts'
import { BodyReader } from './body-reader.ts'

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
  let leftBytes = checkRange(response, request)
  await using body = new BodyReader(response)
  for (let index = request.first; leftBytes > 0; index += 1) {
    const length = Math.min(leftBytes, SEALED_CHUNK_BYTES_MAX)
    const sealed = await body.take(length, request.onBytes)
    if (sealed.length < length) {
      throw new TransferError('SEED_UNREACHABLE', 'A seed broke off in the middle.')
    }
    leftBytes -= length
    yield { index, sealed }
  }
  if ((await body.take(1)).length > 0) throw wrongRange()
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

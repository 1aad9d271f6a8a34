import type { Bytes } from '../../protocol/bytes.ts'
import { TransferError } from '../../protocol/errors.ts'
import { free } from '../../protocol/memory.ts'

/**
 * Cuts a body into runs of the given lengths. Reads the body to its end.
 *
 * @param body - Its parts are taken over: each is memory of its own, and a collector that has to come for hundreds of
 * megabytes of them looks through all else each time.
 * @param take - Gives memory for one run; whoever reads a run may give it back.
 * @throws {TransferError} REQUEST_INVALID if the body is shorter or longer than all of them.
 */
export async function* collectChunks(
  body: AsyncIterable<Uint8Array>,
  lengths: readonly number[],
  take: (length: number) => Bytes,
): AsyncGenerator<Bytes> {
  let next = 0
  let chunk = take(lengths[0] ?? 0)
  let filled = 0
  let isTooLong = false
  for await (const part of body) {
    let offset = 0
    while (offset < part.length && next < lengths.length) {
      const taken = Math.min(part.length - offset, chunk.length - filled)
      chunk.set(part.subarray(offset, offset + taken), filled)
      filled += taken
      offset += taken
      if (filled < chunk.length) continue
      yield chunk
      next += 1
      chunk = next < lengths.length ? take(lengths[next] ?? 0) : chunk
      filled = 0
    }
    // What is too much is read and dropped, so that the answer can still be read.
    isTooLong ||= offset < part.length
    free(part)
  }
  if (isTooLong || next < lengths.length) {
    throw new TransferError('REQUEST_INVALID', 'The upload is not as long as its range says.')
  }
}

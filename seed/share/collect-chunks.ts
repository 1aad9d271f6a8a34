import type { Bytes } from '../../protocol/bytes.ts'
import { TransferError } from '../../protocol/errors.ts'

/**
 * Cuts a body into runs of the given lengths, each in memory of its own. Reads the body to its end.
 *
 * @throws {TransferError} REQUEST_INVALID if the body is shorter or longer than all of them.
 */
export async function* collectChunks(
  body: AsyncIterable<Uint8Array>,
  lengths: readonly number[],
): AsyncGenerator<Bytes> {
  let next = 0
  let chunk = new Uint8Array(lengths[0] ?? 0)
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
      chunk = new Uint8Array(lengths[next] ?? 0)
      filled = 0
    }
    // What is too much is read and dropped, so that the answer can still be read.
    isTooLong ||= offset < part.length
  }
  if (isTooLong || next < lengths.length) {
    throw new TransferError('REQUEST_INVALID', 'The upload is not as long as its range says.')
  }
}

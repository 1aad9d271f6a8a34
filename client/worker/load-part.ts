import { TransferError } from '../../protocol/errors.ts'

/**
 * Loads a part of the worker that most visitors never need.
 *
 * @throws {TransferError} NETWORK_UNREACHABLE if it does not come: the connection is down, or the page is older than
 *   what the server has now.
 */
export async function loadPart<Part>(load: () => Promise<Part>): Promise<Part> {
  try {
    return await load()
  } catch (cause) {
    const message = 'A part of this page could not be loaded. If it stays so, load the page again.'
    throw new TransferError('NETWORK_UNREACHABLE', message, { cause })
  }
}

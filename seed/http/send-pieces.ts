import type { ServerResponse } from 'node:http'
import type { DataPiece } from '../share/piece-buffers.ts'

// A piece is up to a megabyte: about 9 KB/s, below any line that people still wait on.
const PIECE_MS_MAX = 120_000

/**
 * Writes pieces as they come and no faster than the other side takes them. An answer that cannot be finished is
 * cut off, so that nobody takes it for whole.
 *
 * @param first - Taken from `rest` before the answer began.
 * @returns Whether it was sent to its end.
 */
export async function sendPieces(
  response: ServerResponse,
  first: DataPiece,
  rest: AsyncGenerator<DataPiece>,
  pieceMsMax = PIECE_MS_MAX,
): Promise<boolean> {
  try {
    await sendPiece(response, first, pieceMsMax)
    for await (const piece of rest) await sendPiece(response, piece, pieceMsMax)
    response.end()
    return true
  } catch {
    // A bad copy was reported where it was found; a reader that left is nobody's fault.
    response.destroy()
    await rest.return(undefined)
    return false
  }
}

async function sendPiece(
  response: ServerResponse,
  { bytes, release }: DataPiece,
  msMax: number,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const gone = (): void => {
    reject(new Error('the reader left'))
  }
  const timeout = setTimeout(gone, msMax)
  response.once('close', gone)
  try {
    response.write(bytes, (error) => {
      // Only now has the kernel taken the bytes, and the memory is free. After an error nobody knows.
      if (error !== undefined && error !== null) return gone()
      release()
      resolve()
    })
    await promise
  } finally {
    clearTimeout(timeout)
    response.off('close', gone)
  }
}

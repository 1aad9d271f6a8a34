import type { ServerResponse } from 'node:http'
import type { DataPiece } from '../share/piece-buffers.ts'

// A piece is up to a megabyte: about 9 KB/s, below any line that people still wait on.
const PIECE_MS_MAX = 120_000

// Twice within the minute in which a share that is over must be served no more, however slowly a piece goes out.
const CHECK_MS = 20_000

/** What is asked of an answer while it goes out. */
export type SendingRules = Readonly<{
  /** Throws once nothing more of the share may go out. */
  checkServable: () => void
  checkMs?: number
  pieceMsMax?: number
}>

/**
 * Writes pieces as they come and no faster than the other side takes them. An answer that cannot be finished is
 * cut off, so that nobody takes it for whole.
 *
 * @param pieces - `first` was taken from `rest` before the answer began.
 * @returns Whether it was sent to its end.
 */
export async function sendPieces(
  response: ServerResponse,
  { first, rest }: Readonly<{ first: DataPiece; rest: AsyncGenerator<DataPiece> }>,
  { checkServable, checkMs = CHECK_MS, pieceMsMax = PIECE_MS_MAX }: SendingRules,
): Promise<boolean> {
  const check = setInterval(() => {
    try {
      checkServable()
    } catch {
      response.destroy()
    }
  }, checkMs)
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
  } finally {
    clearInterval(check)
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

import { ownBytes } from '../../../protocol/bytes.ts'
import { free } from '../../../protocol/memory.ts'
import type { SaveAnswer, SaveAsk } from '../../service-worker/save-port.ts'

/**
 * Holds the last part back until everything is known to be right, so that a share that turns out wrong never
 * becomes a finished file.
 *
 * @param complete - Resolves when everything was verified and the share is sealed.
 */
export async function* holdLast(
  parts: AsyncIterable<Uint8Array>,
  complete: () => Promise<void>,
): AsyncGenerator<Uint8Array, void> {
  let last: Uint8Array | undefined
  for await (const part of parts) {
    if (last !== undefined) yield last
    last = part
  }
  await complete()
  if (last !== undefined) yield last
}

/** What becomes of a save that is pulled. */
export type PullEnds = Readonly<{
  /** The browser wants no more of it. */
  cancelled: () => void
  /** The browser has all of it. */
  taken: () => void
  /** Its next part could not be made. */
  failed: (cause: unknown) => void
}>

/** Answers the service worker's pulls, one part at a time: the browser's disk sets the pace. */
export function servePulls(
  port: MessagePort,
  parts: AsyncGenerator<Uint8Array, void>,
  { cancelled, taken, failed }: PullEnds,
): void {
  port.addEventListener('message', ({ data }: MessageEvent<SaveAsk>) => {
    switch (data.type) {
      case 'pull':
        if (data.used !== undefined) free(data.used)
        void answerPull(port, parts, failed)
        break
      case 'cancel':
        cancelled()
        break
      case 'taken':
        taken()
    }
  })
  port.start()
}

async function answerPull(
  port: MessagePort,
  parts: AsyncGenerator<Uint8Array, void>,
  failed: PullEnds['failed'],
): Promise<void> {
  const answer = await next(parts, failed)
  port.postMessage(answer, answer.type === 'part' ? [answer.bytes.buffer] : [])
}

async function next(
  parts: AsyncGenerator<Uint8Array, void>,
  failed: PullEnds['failed'],
): Promise<SaveAnswer> {
  try {
    const { done, value } = await parts.next()
    return done === true ? { type: 'end' } : { type: 'part', bytes: ownBytes(value) }
  } catch (cause) {
    failed(cause)
    // What went wrong is said in the page; the browser only has to know that the file is not whole.
    return { type: 'failed', message: 'not complete' }
  }
}

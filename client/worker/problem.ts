import { TransferError, type FaultCode } from '../../protocol/errors.ts'
import type { Problem } from './snapshot.ts'

type Words = Readonly<{
  title: string
  next: string
  /** It may be well again by itself, though the fault does not say so. */
  isPassing?: boolean
}>

/** The same fault asks for another next step of who sends and of who receives. */
export type WordTable = Partial<Record<FaultCode, Words>>

/** For whoever has no better words, or has not loaded them yet. */
const anywhere: WordTable = {
  NETWORK_MISMATCH: {
    title: 'This is not the network that this browser knew',
    next: "Ask whoever runs it. If it was made anew on purpose, clear this site's data in the browser.",
  },
  SEED_UNREACHABLE: {
    title: 'No seed answers',
    next: 'Check your connection and try again. Nothing that was stored is lost.',
  },
  NETWORK_UNREACHABLE: {
    title: 'The network cannot be reached',
    next: 'Check your connection and try again.',
  },
  TOO_MANY_REQUESTS: {
    title: 'The network asks for patience',
    next: 'It has a lot to do. Try again in a minute.',
  },
}

/** While what sends is not there: its words for the rest come with it. */
export const unsentWords: WordTable = {
  NETWORK_UNREACHABLE: {
    title: 'The network cannot be reached',
    next: 'Check your connection. Nothing has been sent yet; your files are untouched.',
  },
}

const unknown: Words = {
  title: 'That did not work',
  next: 'Try again. If it stays like this, tell whoever runs this network.',
}

/**
 * What a person is told about a failure. A mistake of ours is said as one, and never with its stack.
 *
 * @param table - Words of the part in which it happened, before those that fit anywhere.
 */
export function problemOf(cause: unknown, table: WordTable = {}): Problem {
  if (!(cause instanceof TransferError)) {
    return { ...unknown, detail: 'Something unexpected happened in this page.', canRetry: true }
  }
  const { title, next, isPassing = false } = table[cause.code] ?? anywhere[cause.code] ?? unknown
  return { title, next, detail: cause.message, canRetry: cause.fault.retry || isPassing }
}

import { TransferError } from '../../protocol/errors.ts'
import { problemOf, type WordTable } from './problem.ts'
import type { AppNews } from './snapshot.ts'

/** What a link is not good for, whether that is seen before its share is looked for or after. */
export const linkWords: WordTable = {
  LINK_INVALID: {
    title: 'This link does not work as it is',
    next: 'Copy the whole link again from where you got it, or ask the sender for it.',
  },
  LINK_WRONG_KIND: {
    title: 'This is not a link to read files with',
    next: 'Ask the sender for the link to share. An owner link is only for its owner.',
  },
  NETWORK_MISMATCH: {
    title: 'This is not the network that this browser knew',
    next: "Ask whoever sent you the link. If the network was made anew on purpose, clear this site's data in the browser.",
  },
}

/** LINK_WRONG_KIND: a token that reads nothing. */
export function wrongKind(kind: 'owner' | 'helper'): TransferError {
  const what = kind === 'owner' ? 'the link that deletes and extends a share' : 'a link for helpers'
  return new TransferError('LINK_WRONG_KIND', `This is ${what}, not one to read its files with.`)
}

/** What the page shows of a link that cannot even be looked for. */
export function failedReceive(cause: unknown): NonNullable<AppNews['receive']> {
  return {
    phase: 'failed',
    shareId: undefined,
    title: '',
    passwordWrong: false,
    live: undefined,
    totalBytes: 0,
    expiresAtMs: undefined,
    note: undefined,
    saves: [],
    custody: [],
    swarm: undefined,
    problem: problemOf(cause, linkWords),
  }
}

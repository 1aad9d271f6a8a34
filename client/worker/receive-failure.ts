import { TransferError } from '../../protocol/errors.ts'
import { problemOf } from './problem.ts'
import type { AppNews } from './snapshot.ts'

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
    isLive: false,
    lastUpdateMs: undefined,
    totalBytes: 0,
    expiresAtMs: undefined,
    note: undefined,
    saves: [],
    custody: [],
    swarm: undefined,
    problem: problemOf(cause, 'receive'),
  }
}

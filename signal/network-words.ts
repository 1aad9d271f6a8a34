import type { Bytes } from '../protocol/bytes.ts'
import { TransferError } from '../protocol/errors.ts'
import {
  formatNetwork,
  parseNetwork,
  type IceServer,
  type NetworkLimits,
} from '../protocol/http/signal-json.ts'
import { CHECKPOINT_LIFE_MS, SHARE_BYTES_MAX } from '../protocol/limits.ts'
import type { SignalOptions } from './options.ts'
import { turnCredentials } from './turn.ts'

/** What of the options everyone is told. */
export type NetworkWords = Readonly<{
  name: string
  /** As they are to be told at that time. */
  iceServers: (nowMs: number) => readonly IceServer[]
  limits: NetworkLimits
}>

export function wordsOf(options: SignalOptions): NetworkWords {
  const { name, iceServers: fixed = [], turn, accessToken } = options
  const { maxShareBytes = SHARE_BYTES_MAX, maxLifeMs = CHECKPOINT_LIFE_MS } = options
  const grants = accessToken === undefined ? 'open' : 'token'
  const iceServers = (nowMs: number): IceServer[] =>
    turn === undefined ? [...fixed] : [...fixed, turnCredentials(turn, nowMs)]
  return { name, iceServers, limits: { maxShareBytes, maxLifeMs, grants } }
}

/**
 * The text of `GET /v1/network`.
 *
 * @param network - Its public key and a directory record.
 * @throws {TransferError} USAGE for words that a client would not understand.
 */
export function formatWords(
  words: NetworkWords,
  { key, directory }: Readonly<{ key: Bytes; directory: Bytes }>,
  nowMs: number,
): string {
  const iceServers = words.iceServers(nowMs)
  const answer = formatNetwork({ ...words, iceServers, key, directory })
  try {
    parseNetwork(answer)
  } catch (cause) {
    const what = cause instanceof Error ? cause.message : ''
    throw new TransferError('USAGE', `The network cannot be described so. ${what}`, { cause })
  }
  return JSON.stringify(answer)
}

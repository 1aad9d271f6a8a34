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

/** What of the options everyone is told. */
export type NetworkWords = Readonly<{
  name: string
  iceServers: readonly IceServer[]
  limits: NetworkLimits
}>

export function wordsOf(options: SignalOptions): NetworkWords {
  const { name, iceServers = [], accessToken } = options
  const { maxShareBytes = SHARE_BYTES_MAX, maxLifeMs = CHECKPOINT_LIFE_MS } = options
  const grants = accessToken === undefined ? 'open' : 'token'
  return { name, iceServers, limits: { maxShareBytes, maxLifeMs, grants } }
}

/**
 * The text of `GET /v1/network`.
 *
 * @param directory - A directory record.
 * @throws {TransferError} USAGE for words that a client would not understand.
 */
export function formatWords(words: NetworkWords, key: Bytes, directory: Bytes): string {
  const answer = formatNetwork({ ...words, key, directory })
  try {
    parseNetwork(answer)
  } catch (cause) {
    const what = cause instanceof Error ? cause.message : ''
    throw new TransferError('USAGE', `The network cannot be described so. ${what}`, { cause })
  }
  return JSON.stringify(answer)
}

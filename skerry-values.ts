import { parseCountryCode } from './client/cli/country-code.ts'
import { parseDuration } from './client/words.ts'
import { TransferError } from './protocol/errors.ts'
import { REPLICAS_MAX } from './protocol/limits.ts'

// What a person types as the value of an option. What it is not throws a TransferError, USAGE, that says what it looks like.

export function readPort(text: string): number {
  const port = Number(text)
  if (Number.isInteger(port) && port >= 0 && port < 65_536) return port
  throw new TransferError('USAGE', 'A port is a number from 0 to 65535.')
}

/** @returns Milliseconds. */
export function readTime(text: string): number {
  const ms = parseDuration(text)
  if (ms !== undefined && ms > 0) return ms
  throw new TransferError('USAGE', 'A time looks like 90s, 30min, 12h or 7d.')
}

export function readReplicas(text: string): number {
  const count = Number(text)
  if (Number.isInteger(count) && count >= 1 && count <= REPLICAS_MAX) return count
  throw new TransferError('USAGE', `That is a number from 1 to ${REPLICAS_MAX}.`)
}

/** @returns Bytes. */
export function readGigabytes(text: string): number {
  const bytes = Number(text) * 1e9
  if (Number.isFinite(bytes) && bytes > 0) return bytes
  throw new TransferError('USAGE', 'That is a number of gigabytes.')
}

export function readCodes(text: string): string[] {
  return text.split(',').map((code) => readCode(code))
}

export function readCode(text: string): string {
  const parsed = parseCountryCode(text)
  if ('code' in parsed) return parsed.code
  throw new TransferError('USAGE', parsed.problem)
}

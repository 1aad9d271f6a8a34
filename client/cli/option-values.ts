import { InvalidArgumentError } from 'commander'
import { REPLICAS_MAX } from '../../protocol/limits.ts'
import { parseDuration } from '../words.ts'
import { parseCountryCode } from './country-code.ts'

// What a person types as the value of an option. Whatever is none is wrong use: commander says what it looks like.

export function parsePort(text: string): number {
  const port = Number(text)
  if (Number.isInteger(port) && port >= 0 && port < 65_536) return port
  throw new InvalidArgumentError('A port is a number from 0 to 65535.')
}

/** @returns Milliseconds. */
export function parseTime(text: string): number {
  const ms = parseDuration(text)
  if (ms !== undefined && ms > 0) return ms
  throw new InvalidArgumentError('A time looks like 90s, 30min, 12h or 7d.')
}

export function parseReplicas(text: string): number {
  const count = Number(text)
  if (Number.isInteger(count) && count >= 1 && count <= REPLICAS_MAX) return count
  throw new InvalidArgumentError(`That is a number from 1 to ${REPLICAS_MAX}.`)
}

/** @returns Bytes. */
export function parseGigabytes(text: string): number {
  const bytes = Number(text) * 1e9
  if (Number.isFinite(bytes) && bytes > 0) return bytes
  throw new InvalidArgumentError('That is a number of gigabytes above 0.')
}

export function parseCodes(text: string): string[] {
  return text.split(',').map((code) => parseCode(code))
}

export function parseCode(text: string): string {
  const parsed = parseCountryCode(text)
  if ('code' in parsed) return parsed.code
  throw new InvalidArgumentError(parsed.problem)
}

import { TransferError } from '../../protocol/errors.ts'
import type { ByteSpan } from '../share/data-layout.ts'

const SINGLE_RANGE = /^bytes=(?<first>\d{0,15})-(?<last>\d{0,15})$/
const CONTENT_RANGE = /^bytes (?<start>\d{1,15})-(?<end>\d{1,15})\/\*$/

/**
 * Reads a Range header with one range. RFC 9110 §14.2: anything else is as if there were none.
 *
 * @param totalBytes - Length of the whole resource.
 * @returns undefined without a range; a span that starts at or behind `totalBytes` cannot be satisfied.
 */
export function parseRange(header: string | undefined, totalBytes: number): ByteSpan | undefined {
  const { first = '', last = '' } = SINGLE_RANGE.exec(header ?? '')?.groups ?? {}
  if (first === '' && last === '') return undefined
  if (first === '') {
    // The last so many bytes; the last none of them is nothing.
    const start = Number(last) === 0 ? totalBytes : Math.max(0, totalBytes - Number(last))
    return { start, end: totalBytes - 1 }
  }
  const start = Number(first)
  const end = last === '' ? Math.max(start, totalBytes - 1) : Number(last)
  return end < start ? undefined : { start, end }
}

/** Where an upload belongs: `bytes <start>-<end>/*`. @throws {TransferError} REQUEST_INVALID */
export function parseContentRange(header: string | undefined): ByteSpan {
  const { start, end } = CONTENT_RANGE.exec(header ?? '')?.groups ?? {}
  if (start !== undefined && end !== undefined) return { start: Number(start), end: Number(end) }
  throw new TransferError('REQUEST_INVALID', 'The upload does not say where it belongs.')
}

import { TransferError } from './errors.ts'

/** ISO 3166-1 alpha-2 code of the country whose law a seed stands under. */
export type Jurisdiction = string & { readonly brand: 'Jurisdiction' }

/**
 * True for two capital letters. Whether a country has that code today is not asked: every version ever
 * released must read the same records as valid.
 */
export function isJurisdiction(text: string): text is Jurisdiction {
  return /^[A-Z]{2}$/.test(text)
}

/** @throws {TransferError} REQUEST_INVALID unless `text` is two capital letters. */
export function parseJurisdiction(text: string): Jurisdiction {
  if (isJurisdiction(text)) return text
  throw new TransferError(
    'REQUEST_INVALID',
    'A jurisdiction is a two-letter country code in capital letters, such as NZ or DE.',
  )
}

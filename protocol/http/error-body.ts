import { TransferError, type FaultCode } from '../errors.ts'
import { formatFault, type FaultJson } from './fault-json.ts'

/** How a server answers a request that failed. */
export type ErrorAnswer = Readonly<{ status: number; body: FaultJson }>

/**
 * Turns whatever a handler or the HTTP framework threw into an answer: a TransferError as it is, a refusal of
 * the framework (by its `statusCode`) in our own words, and the rest as NODE_FAILED without a word of what went
 * wrong. What came in is never repeated: it may be a secret.
 */
export function answerError(error: unknown): ErrorAnswer {
  if (error instanceof TransferError) {
    return { status: error.fault.status, body: formatFault(error) }
  }
  const status = refusalStatus(error)
  const [code, message] = wordsOf(status)
  return { status, body: { code, message } }
}

/** The framework's 4xx, if that is what it is; all else is our own failure. */
function refusalStatus(error: unknown): number {
  if (!(error instanceof Error) || !('statusCode' in error)) return 500
  const { statusCode } = error
  const isRefusal = typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500
  return isRefusal ? statusCode : 500
}

function wordsOf(status: number): readonly [FaultCode, string] {
  switch (status) {
    case 404:
      return ['REQUEST_INVALID', 'There is nothing at this address.']
    case 408:
      return ['REQUEST_INVALID', 'The request took too long to arrive.']
    case 413:
      return ['REQUEST_INVALID', 'The request is longer than it may be.']
    case 415:
      return ['REQUEST_INVALID', 'The request is of a type that is not taken here.']
    case 429:
      return ['TOO_MANY_REQUESTS', 'Too many requests from this address. Try again later.']
    case 500:
      return ['NODE_FAILED', 'Something failed here, and was noted. Try again later.']
    default:
      return ['REQUEST_INVALID', 'The request is not understood.']
  }
}

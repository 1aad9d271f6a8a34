import * as v from 'valibot'
import { deceptiveCharacters } from '../deceptive-characters.ts'
import { isFaultCode, TransferError, type FaultCode, type FaultDetails } from '../errors.ts'
import { FAULT_MESSAGE_LENGTH_MAX } from '../limits.ts'

/** How a node says that something failed; the HTTP status is `fault.status`. */
export type FaultJson = Readonly<{ code: FaultCode; message: string; details?: FaultDetails }>

/** Blamed on a person, and still for a node to say. */
const answeredAboutPeople: ReadonlySet<FaultCode> = new Set<FaultCode>([
  'CHECKPOINT_CONFLICT',
  'INVITATION_INVALID',
  'NETWORK_MISMATCH',
  'SEED_UNKNOWN',
  'SHARE_DELETED',
  'SHARE_EXPIRED',
  'SHARE_TOO_LARGE',
])

const detailSchema = v.union([v.pipe(v.string(), v.maxLength(512)), v.number()])
const detailsSchema = v.pipe(
  v.record(v.pipe(v.string(), v.maxLength(32)), detailSchema),
  v.maxEntries(8),
)
const faultSchema = v.object({
  code: v.pipe(
    v.string(),
    v.guard((code): code is FaultCode => isAnswerable(code)),
  ),
  message: v.string(),
  details: v.fallback(detailsSchema, {}),
})

export function formatFault({ code, message, details }: TransferError): FaultJson {
  return Object.keys(details).length === 0 ? { code, message } : { code, message, details }
}

/**
 * Turns a failed answer into the failure it reports. Never throws: what is not understood (a proxy's page, a
 * code of a newer version) becomes a failure by its status alone. A node cannot make a person believe that
 * their password or their disk is at fault, and what it writes is one short line without control characters.
 * What was not understood has the status in its details, and may not be a node of ours at all.
 *
 * @param json - The body, or undefined if it was not JSON.
 */
export function parseFault(json: unknown, status: number): TransferError {
  const result = v.safeParse(faultSchema, json)
  if (!result.success) return faultOfStatus(status)
  const { code, message, details } = result.output
  const line = message.slice(0, FAULT_MESSAGE_LENGTH_MAX).replace(deceptiveCharacters, ' ')
  return new TransferError(code, line, { details })
}

function isAnswerable(code: string): boolean {
  if (!isFaultCode(code)) return false
  return answeredAboutPeople.has(code) || new TransferError(code, '').fault.blame === 'node'
}

function faultOfStatus(status: number): TransferError {
  const message = `The server answered ${status}.`
  return new TransferError(codeOfStatus(status), message, { details: { status } })
}

function codeOfStatus(status: number): FaultCode {
  switch (status) {
    case 403:
      return 'TOKEN_WRONG'
    case 404:
      return 'SHARE_MISSING'
    case 429:
      return 'TOO_MANY_REQUESTS'
    case 451:
      return 'SHARE_TAKEN_DOWN'
    case 507:
      return 'STORE_FULL'
    default:
      return status >= 500 ? 'SEED_UNREACHABLE' : 'REQUEST_INVALID'
  }
}

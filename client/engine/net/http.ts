import type { Bytes } from '../../../protocol/bytes.ts'
import { isFaultCode, TransferError, type FaultCode } from '../../../protocol/errors.ts'

/** How a node is asked. Everything that may take long can be stopped from outside. */
export type Ask = Readonly<{
  method?: 'GET' | 'PUT' | 'POST' | 'PATCH'
  headers?: Readonly<Record<string, string>>
  /** Sent as a Blob: browsers send one ten times faster than a typed array of the same bytes. */
  body?: readonly Bytes[] | string
  /** Until the answer's head is there. */
  timeoutMs?: number
  signal?: AbortSignal | undefined
}>

const TIMEOUT_MS = 15_000

/**
 * Asks and returns the answer if it is a good one.
 *
 * @throws {TransferError} What the node answered; SEED_UNREACHABLE if it did not.
 */
export async function ask(url: string, options: Ask = {}): Promise<Response> {
  const timer = new AbortController()
  const timeout = setTimeout(() => {
    timer.abort(new TransferError('SEED_UNREACHABLE', `${hostOf(url)} does not answer.`))
  }, options.timeoutMs ?? TIMEOUT_MS)
  try {
    const response = await fetch(url, requestOf(options, timer.signal))
    if (response.ok) return response
    throw await readFault(response)
  } catch (cause) {
    options.signal?.throwIfAborted()
    if (cause instanceof TransferError) throw cause
    throw new TransferError('SEED_UNREACHABLE', `${hostOf(url)} cannot be reached.`, { cause })
  } finally {
    clearTimeout(timeout)
  }
}

/** Reads a whole body of at most `bytesMax` bytes. @throws {TransferError} REQUEST_INVALID above it. */
export async function readBody(response: Response, bytesMax: number): Promise<Bytes> {
  const length = Number(response.headers.get('content-length') ?? 0)
  if (length > bytesMax) throw tooLong()
  const parts: Uint8Array[] = []
  let total = 0
  for await (const part of readParts(response)) {
    total += part.length
    if (total > bytesMax) throw tooLong()
    parts.push(part)
  }
  const body = new Uint8Array(total)
  let offset = 0
  for (const part of parts) {
    body.set(part, offset)
    offset += part.length
  }
  return body
}

const IDLE_MS = 20_000

/** Reads a body as it comes. @throws {TransferError} SEED_UNREACHABLE if it breaks off or falls silent. */
export async function* readParts(response: Response): AsyncGenerator<Uint8Array> {
  const reader = response.body?.getReader()
  if (reader === undefined) return
  try {
    for (;;) {
      const { done, value } = await withIdleLimit(reader.read(), response.url)
      if (done) return
      yield value
    }
  } finally {
    // Frees the connection when the consumer stops early; there is nobody to tell if that fails.
    await reader.cancel().catch(() => undefined)
  }
}

/** A message a node sent, or one of our own for its status: never the raw page of some proxy. */
async function readFault(response: Response): Promise<TransferError> {
  const host = hostOf(response.url)
  const fallback = `${host} answered ${response.status}.`
  const body: unknown = await response.json().catch(() => undefined)
  if (!isFaultBody(body)) return new TransferError(codeOfStatus(response.status), fallback)
  const details = isDetails(body.details) ? body.details : {}
  return new TransferError(body.code, body.message, { details })
}

function requestOf(options: Ask, timer: AbortSignal): RequestInit {
  const { method = 'GET', headers = {}, body, signal } = options
  return {
    method,
    headers,
    signal: signal === undefined ? timer : AbortSignal.any([signal, timer]),
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : new Blob([...body]) }),
    cache: 'no-store',
    credentials: 'omit',
    redirect: 'error',
    referrerPolicy: 'no-referrer',
  }
}

async function withIdleLimit<T>(read: Promise<T>, url: string): Promise<T> {
  let timeout: ReturnType<typeof setTimeout> | undefined
  const idle = new Promise<never>((_, reject) => {
    timeout = setTimeout(() => {
      reject(new TransferError('SEED_UNREACHABLE', `${hostOf(url)} fell silent.`))
    }, IDLE_MS)
  })
  try {
    return await Promise.race([read, idle])
  } catch (cause) {
    if (cause instanceof TransferError) throw cause
    throw new TransferError('SEED_UNREACHABLE', `${hostOf(url)} broke off.`, { cause })
  } finally {
    clearTimeout(timeout)
  }
}

function codeOfStatus(status: number): FaultCode {
  if (status === 429) return 'TOO_MANY_REQUESTS'
  if (status === 404) return 'SHARE_MISSING'
  return status >= 500 ? 'SEED_UNREACHABLE' : 'REQUEST_INVALID'
}

function isFaultBody(
  body: unknown,
): body is { code: FaultCode; message: string; details?: unknown } {
  if (typeof body !== 'object' || body === null) return false
  if (!('code' in body && 'message' in body)) return false
  return typeof body.code === 'string' && isFaultCode(body.code) && typeof body.message === 'string'
}

function isDetails(details: unknown): details is Record<string, string | number> {
  if (typeof details !== 'object' || details === null) return false
  return Object.values(details).every((value) => ['string', 'number'].includes(typeof value))
}

function hostOf(url: string): string {
  return URL.parse(url)?.host ?? 'The server'
}

function tooLong(): TransferError {
  return new TransferError('REQUEST_INVALID', 'The answer is longer than it may be.')
}
